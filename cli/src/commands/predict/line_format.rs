//! One line per prediction: text, JSON or CSV.

use std::io::{self, Write};

use relevance_pipeline::Labels;
use relevance_runtime::ScoredText;

use super::fast_decimals;
use super::fast_json::FastJson;
use super::format::{Format, ScoredTexts};
use super::harmless::{guard_formula, write_escaped};
use super::line::Line;
use super::lines::Block;

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
    /// Label, probability, number of known terms and text with tabs between, control characters
    /// escaped.
    Text,
    /// A JSON object.
    Jsonl,
    /// A CSV record, after a header, without formulas.
    Csv {
        delimiter: u8,
        /// Whether the model counts the terms that it knows.
        counts_terms: bool,
    },
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
    type Block = Block;
    type Sink = Box<dyn Write + Send>;

    const MIN_BATCH_BYTES: usize = 0;

    fn open(&self, file: Box<dyn Write + Send>) -> anyhow::Result<Self::Sink> {
        Ok(file)
    }

    fn encode_empty(&mut self) -> anyhow::Result<()> {
        let scored = ScoredTexts {
            texts: &[],
            scores: &[],
            is_first: true,
        };
        self.encode(&Vec::new(), &scored)
    }

    fn encode(&mut self, _: &Vec<&str>, scored: &ScoredTexts<'_>) -> anyhow::Result<()> {
        self.encoded.clear();
        match self.kind {
            LineKind::Text => encode_text(scored, &self.labels, &mut self.encoded)?,
            LineKind::Jsonl => encode_json(scored, &self.labels, &mut self.encoded)?,
            LineKind::Csv {
                delimiter,
                counts_terms,
            } => {
                let mut records = csv::WriterBuilder::new()
                    .delimiter(delimiter)
                    .has_headers(false)
                    .from_writer(&mut self.encoded);
                if scored.is_first {
                    write_header(counts_terms, &mut records)?;
                }
                write_records(scored, &self.labels, &mut records)?;
            }
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
    let texts = scored.texts.iter().zip(scored.scores);
    texts.map(|(&text, score)| {
        let ScoredText {
            prediction,
            known_terms,
        } = *score;
        let relevant = prediction.relevant;
        let label = if relevant {
            &labels.relevant
        } else {
            &labels.not_relevant
        };
        Line {
            label,
            relevant,
            probability: prediction.probability,
            known_terms,
            text,
        }
    })
}

fn encode_text(scored: &ScoredTexts<'_>, labels: &Labels, encoded: &mut Vec<u8>) -> io::Result<()> {
    for line in lines(scored, labels) {
        write_escaped(encoded, line.label)?;
        encoded.push(b'\t');
        fast_decimals::write(encoded, line.probability)?;
        encoded.push(b'\t');
        if let Some(count) = line.known_terms {
            write!(encoded, "{count}")?;
        }
        encoded.push(b'\t');
        write_escaped(encoded, line.text)?;
        encoded.push(b'\n');
    }
    Ok(())
}

fn encode_json(
    scored: &ScoredTexts<'_>,
    labels: &Labels,
    encoded: &mut Vec<u8>,
) -> serde_json::Result<()> {
    let json = FastJson::new(labels)?;
    lines(scored, labels).try_for_each(|line| json.encode(&line, encoded))
}

fn write_header(counts_terms: bool, records: &mut csv::Writer<&mut Vec<u8>>) -> csv::Result<()> {
    let columns = ["label", "relevant", "probability", "known_terms", "text"];
    let has = |column: &&&str| counts_terms || **column != "known_terms";
    records.write_record(columns.iter().filter(has))
}

fn write_records(
    scored: &ScoredTexts<'_>,
    labels: &Labels,
    records: &mut csv::Writer<&mut Vec<u8>>,
) -> csv::Result<()> {
    for line in lines(scored, labels) {
        records.serialize(Line {
            label: &guard_formula(line.label),
            text: &guard_formula(line.text),
            ..line
        })?;
    }
    Ok(records.flush()?)
}
