//! Lines of JSON: the bytes of serde's derived encoding, in a fraction of its time.

use relevance_pipeline::Labels;

use super::line::Line;

/// Encodes [`Line`]s; the head of an object is encoded once per label.
pub struct FastJson {
    relevant_head: String,
    other_head: String,
}

impl FastJson {
    pub fn new(labels: &Labels) -> serde_json::Result<Self> {
        Ok(Self {
            relevant_head: head(&labels.relevant, true)?,
            other_head: head(&labels.not_relevant, false)?,
        })
    }

    /// Appends the object of a line and a line feed.
    pub fn encode(&self, line: &Line<'_>, encoded: &mut Vec<u8>) -> serde_json::Result<()> {
        let head = if line.relevant {
            &self.relevant_head
        } else {
            &self.other_head
        };
        encoded.extend_from_slice(head.as_bytes());
        serde_json::to_writer(&mut *encoded, &line.probability)?;

        if let Some(count) = line.known_terms {
            encoded.extend_from_slice(br#","known_terms":"#);
            serde_json::to_writer(&mut *encoded, &count)?;
        }

        encoded.extend_from_slice(br#","text":"#);
        serde_json::to_writer(&mut *encoded, line.text)?;
        encoded.extend_from_slice(b"}\n");
        Ok(())
    }
}

/// The object up to the probability.
fn head(label: &str, relevant: bool) -> serde_json::Result<String> {
    let label = serde_json::to_string(label)?;
    Ok(format!(
        r#"{{"label":{label},"relevant":{relevant},"probability":"#
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_those_of_serde() {
        let labels = Labels {
            relevant: "\"Yes\"\u{7}".to_owned(),
            not_relevant: "Nö".to_owned(),
        };
        let json = FastJson::new(&labels).unwrap();

        for probability in [0.1, 0.0, 1.0, 1e-7, 0.333_333_34] {
            for text in ["plain", "\"quoted\" \\ back", "tab\tand \u{1}", "🔥 é", ""] {
                let relevant = probability > 0.2;
                let line = Line {
                    label: if relevant {
                        &labels.relevant
                    } else {
                        &labels.not_relevant
                    },
                    relevant,
                    probability,
                    known_terms: relevant.then_some(12),
                    text,
                };

                let mut encoded = Vec::new();
                json.encode(&line, &mut encoded).unwrap();
                assert_eq!(
                    String::from_utf8(encoded).unwrap(),
                    serde_json::to_string(&line).unwrap() + "\n"
                );
            }
        }
    }
}
