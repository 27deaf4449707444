//! One line per prediction: text, JSON or CSV.

use std::io::{self, Write};

use relevance_pipeline::Labels;
use relevance_runtime::Prediction;
use serde::Serialize;

use super::fast_decimals;
use super::format::{Format, ScoredTexts};

/// A format with one line per prediction.
#[derive(Clone, Debug)]
pub struct LineFormat {
    kind: LineKind,
    labels: Labels,
    encoded: Vec<u8>,
}

/// Encoding of a line.
#[derive(Clone, Copy, Debug)]
pub enum LineKind {
    /// Label, probability and text with tabs between.
    Text,
    /// A JSON object.
    Jsonl,
    /// A CSV record, after a header.
    Csv,
}

/// The prediction for one text, as programs read it.
#[derive(Serialize)]
struct Line<'a> {
    label: &'a str,
    relevant: bool,
    probability: f32,
    text: &'a str,
}

impl LineFormat {
    pub const fn new(kind: LineKind, labels: Labels) -> Self {
        Self {
            kind,
            labels,
            encoded: Vec::new(),
        }
    }
}

impl Format for LineFormat {
    type Sink = Box<dyn Write + Send>;

    const MIN_BATCH_BYTES: usize = 0;

    fn open(&self, file: Box<dyn Write + Send>) -> anyhow::Result<Self::Sink> {
        Ok(file)
    }

    fn encode(&mut self, scored: &ScoredTexts<'_>) -> anyhow::Result<()> {
        self.encoded.clear();
        match self.kind {
            LineKind::Text => encode_text(scored, &self.labels, &mut self.encoded)?,
            LineKind::Jsonl => encode_json(scored, &self.labels, &mut self.encoded)?,
            LineKind::Csv => encode_csv(scored, &self.labels, &mut self.encoded)?,
        }
        Ok(())
    }

    fn write(&mut self, sink: &mut Self::Sink) -> anyhow::Result<()> {
        Ok(sink.write_all(&self.encoded)?)
    }

    fn finish(sink: &mut Self::Sink) -> anyhow::Result<()> {
        Ok(sink.flush()?)
    }
}

fn lines<'a>(scored: &'a ScoredTexts<'_>, labels: &'a Labels) -> impl Iterator<Item = Line<'a>> {
    let texts = scored.texts.iter().zip(scored.predictions);
    texts.map(|(&text, prediction)| {
        let Prediction {
            probability,
            relevant,
        } = *prediction;
        let label = if relevant {
            &labels.relevant
        } else {
            &labels.not_relevant
        };
        Line {
            label,
            relevant,
            probability,
            text,
        }
    })
}

fn encode_text(scored: &ScoredTexts<'_>, labels: &Labels, encoded: &mut Vec<u8>) -> io::Result<()> {
    for line in lines(scored, labels) {
        encoded.extend_from_slice(line.label.as_bytes());
        encoded.push(b'\t');
        fast_decimals::write(encoded, line.probability)?;
        encoded.push(b'\t');
        encoded.extend_from_slice(line.text.as_bytes());
        encoded.push(b'\n');
    }
    Ok(())
}

/// Encodes each [`Line`] as serde does; the head of an object is encoded once per label.
fn encode_json(
    scored: &ScoredTexts<'_>,
    labels: &Labels,
    encoded: &mut Vec<u8>,
) -> serde_json::Result<()> {
    let head = |label: &str, relevant: bool| {
        let label = serde_json::to_string(label)?;
        Ok(format!(
            r#"{{"label":{label},"relevant":{relevant},"probability":"#
        ))
    };
    let relevant_head = head(&labels.relevant, true)?;
    let other_head = head(&labels.not_relevant, false)?;

    for line in lines(scored, labels) {
        let head = if line.relevant {
            &relevant_head
        } else {
            &other_head
        };
        encoded.extend_from_slice(head.as_bytes());
        serde_json::to_writer(&mut *encoded, &line.probability)?;
        encoded.extend_from_slice(br#","text":"#);
        serde_json::to_writer(&mut *encoded, line.text)?;
        encoded.extend_from_slice(b"}\n");
    }
    Ok(())
}

fn encode_csv(scored: &ScoredTexts<'_>, labels: &Labels, encoded: &mut Vec<u8>) -> csv::Result<()> {
    let mut records = csv::WriterBuilder::new()
        .has_headers(scored.is_first)
        .from_writer(encoded);
    for line in lines(scored, labels) {
        records.serialize(line)?;
    }
    Ok(records.flush()?)
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
        let predictions = [0.1, 0.0, 1.0, 1e-7, 0.333_333_34].map(|probability| Prediction {
            probability,
            relevant: probability > 0.2,
        });
        let scored = ScoredTexts {
            texts: &["plain", "\"quoted\" \\ back", "tab\tand \u{1}", "🔥 é", ""],
            predictions: &predictions,
            is_first: true,
        };

        let mut encoded = Vec::new();
        encode_json(&scored, &labels, &mut encoded).unwrap();
        let want: String = lines(&scored, &labels)
            .map(|line| serde_json::to_string(&line).unwrap() + "\n")
            .collect();
        assert_eq!(String::from_utf8(encoded).unwrap(), want);
    }
}
