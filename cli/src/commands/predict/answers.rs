//! Answers as lines of text, JSON or CSV.

use std::io::{self, Write};

use anyhow::Context as _;
use relevance_pipeline::Labels;
use relevance_runtime::Prediction;
use serde::Serialize;

use super::destination::Destination;
use super::six_digits;

/// Texts with their predictions.
#[derive(Clone, Copy, Debug)]
pub struct Answers<'a> {
    /// `[N]`
    pub texts: &'a [&'a str],
    /// `[N]`
    pub predictions: &'a [Prediction],
    /// Whether there are none before them.
    pub is_first: bool,
}

/// How answers are written: encoded on every thread, written by one at a time.
pub trait Format: Clone + Send + 'static {
    /// What is written to.
    type Sink: Send + 'static;

    /// The bytes of texts that are encoded at once, at least and unless there are no more; 0 for as they come.
    const LEAST: usize;

    /// Begins to write.
    fn open(&self, file: Box<dyn Write + Send>) -> anyhow::Result<Self::Sink>;

    /// Keeps the answers as they will be written.
    fn encode(&mut self, answers: &Answers<'_>) -> anyhow::Result<()>;

    /// Writes the answers that were encoded last.
    fn write(&mut self, sink: &mut Self::Sink) -> anyhow::Result<()>;

    /// Ends what was written.
    fn finish(sink: &mut Self::Sink) -> anyhow::Result<()>;
}

/// What answers are written to, and what messages call it.
pub struct Output<F: Format> {
    sink: F::Sink,
    name: String,
}

/// One answer, as programs read it.
#[derive(Serialize)]
struct Answer<'a> {
    label: &'a str,
    relevant: bool,
    probability: f32,
    text: &'a str,
}

/// A format of one line an answer.
#[derive(Clone, Debug)]
pub struct LineFormat {
    kind: LineKind,
    labels: Labels,
    encoded: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
pub enum LineKind {
    Text,
    Jsonl,
    Csv,
}

impl Answers<'_> {
    fn iter<'a>(&'a self, labels: &'a Labels) -> impl Iterator<Item = Answer<'a>> {
        self.texts.iter().zip(self.predictions).map(
            |(
                &text,
                &Prediction {
                    probability,
                    relevant,
                },
            )| {
                let label = if relevant {
                    &labels.relevant
                } else {
                    &labels.not_relevant
                };
                Answer {
                    label,
                    relevant,
                    probability,
                    text,
                }
            },
        )
    }
}

impl<F: Format> Output<F> {
    /// Begins to write.
    pub fn open(format: &F, destination: &Destination) -> anyhow::Result<Self> {
        Ok(Self {
            sink: format.open(destination.writer()?)?,
            name: destination.name(),
        })
    }

    /// Writes the answers that `format` encoded last.
    pub fn write(&mut self, format: &mut F) -> anyhow::Result<()> {
        format
            .write(&mut self.sink)
            .with_context(|| format!("cannot write to {}", self.name))
    }

    /// Ends what was written.
    pub fn finish(&mut self) -> anyhow::Result<()> {
        F::finish(&mut self.sink).with_context(|| format!("cannot write to {}", self.name))
    }
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

    const LEAST: usize = 0;

    fn open(&self, file: Box<dyn Write + Send>) -> anyhow::Result<Self::Sink> {
        Ok(file)
    }

    fn encode(&mut self, answers: &Answers<'_>) -> anyhow::Result<()> {
        self.encoded.clear();
        match self.kind {
            LineKind::Text => encode_text(answers, &self.labels, &mut self.encoded)?,
            LineKind::Jsonl => encode_json(answers, &self.labels, &mut self.encoded)?,
            LineKind::Csv => encode_csv(answers, &self.labels, &mut self.encoded)?,
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

/// Label, probability and text with tabs between.
fn encode_text(answers: &Answers<'_>, labels: &Labels, encoded: &mut Vec<u8>) -> io::Result<()> {
    for Answer {
        label,
        probability,
        text,
        ..
    } in answers.iter(labels)
    {
        encoded.extend_from_slice(label.as_bytes());
        encoded.push(b'\t');
        six_digits::write(encoded, probability)?;
        encoded.push(b'\t');
        encoded.extend_from_slice(text.as_bytes());
        encoded.push(b'\n');
    }
    Ok(())
}

/// One object a line, as serde writes an [`Answer`]; what a verdict begins with is encoded once.
fn encode_json(
    answers: &Answers<'_>,
    labels: &Labels,
    encoded: &mut Vec<u8>,
) -> serde_json::Result<()> {
    let head = |label: &str, relevant: bool| {
        Ok(format!(
            r#"{{"label":{},"relevant":{relevant},"probability":"#,
            serde_json::to_string(label)?
        ))
    };
    let (relevant_head, other_head) = (
        head(&labels.relevant, true)?,
        head(&labels.not_relevant, false)?,
    );
    for Answer {
        relevant,
        probability,
        text,
        ..
    } in answers.iter(labels)
    {
        encoded.extend_from_slice(if relevant {
            relevant_head.as_bytes()
        } else {
            other_head.as_bytes()
        });
        serde_json::to_writer(&mut *encoded, &probability)?;
        encoded.extend_from_slice(br#","text":"#);
        serde_json::to_writer(&mut *encoded, text)?;
        encoded.extend_from_slice(b"}\n");
    }
    Ok(())
}

/// One record an answer, the first one behind the header.
fn encode_csv(answers: &Answers<'_>, labels: &Labels, encoded: &mut Vec<u8>) -> csv::Result<()> {
    let mut records = csv::WriterBuilder::new()
        .has_headers(answers.is_first)
        .from_writer(encoded);
    for answer in answers.iter(labels) {
        records.serialize(answer)?;
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
        let answers = Answers {
            texts: &["plain", "\"quoted\" \\ back", "tab\tand \u{1}", "🔥 é", ""],
            predictions: &predictions,
            is_first: true,
        };
        let mut encoded = Vec::new();
        encode_json(&answers, &labels, &mut encoded).unwrap();
        let want: String = answers
            .iter(&labels)
            .map(|answer| serde_json::to_string(&answer).unwrap() + "\n")
            .collect();
        assert_eq!(String::from_utf8(encoded).unwrap(), want);
    }
}
