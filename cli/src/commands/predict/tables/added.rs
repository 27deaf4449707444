//! The three columns that are added to a table: label, probability and number of known terms.

use std::io::{self, Write as _};
use std::sync::Arc;

use arrow_array::{ArrayRef, Float32Array, Int32Array, StringArray};
use arrow_schema::{DataType, Field};
use relevance_pipeline::Labels;
use relevance_runtime::ScoredText;

use super::super::harmless::guard_formula;

/// Names of the added columns, without the prefix.
const NAMES: [&str; 3] = ["label", "probability", "known_terms"];

/// Names and labels of the added columns.
#[derive(Clone, Debug)]
pub struct Added {
    pub names: [String; 3],
    labels: Labels,
    json: JsonMembers,
}

/// Text of the members that are added to a JSON object, without the values that differ from row to row.
#[derive(Clone, Debug)]
struct JsonMembers {
    /// The label, and the key of the probability, where the text is relevant.
    relevant: String,
    /// The same where it is not.
    not_relevant: String,
    /// The key of the number of known terms, after the probability.
    known_terms: String,
}

impl Added {
    pub fn new(prefix: &str, labels: Labels) -> Self {
        let names = NAMES.map(|name| format!("{prefix}{name}"));
        Self {
            json: JsonMembers::new(&names, &labels),
            names,
            labels,
        }
    }

    fn label(&self, score: &ScoredText) -> &str {
        if score.prediction.relevant {
            &self.labels.relevant
        } else {
            &self.labels.not_relevant
        }
    }

    /// Writes the names as cells of CSV, each after a delimiter unless it is the first of its record.
    pub fn write_csv_header(&self, encoded: &mut Vec<u8>, delimiter: u8, is_first: bool) {
        for (index, name) in self.names.iter().enumerate() {
            if index > 0 || !is_first {
                encoded.push(delimiter);
            }
            write_cell(encoded, &guard_formula(name), delimiter);
        }
    }

    /// Writes the prediction as cells of CSV, each after a delimiter unless it is the first of its record.
    pub fn write_csv(
        &self,
        encoded: &mut Vec<u8>,
        score: &ScoredText,
        delimiter: u8,
        is_first: bool,
    ) -> io::Result<()> {
        if !is_first {
            encoded.push(delimiter);
        }
        write_cell(encoded, &guard_formula(self.label(score)), delimiter);
        encoded.push(delimiter);
        serde_json::to_writer(&mut *encoded, &score.prediction.probability)?;
        encoded.push(delimiter);
        if let Some(count) = score.known_terms {
            write!(encoded, "{count}")?;
        }
        Ok(())
    }

    /// Writes the prediction as members of a JSON object, with commas between.
    pub fn write_json(&self, encoded: &mut Vec<u8>, score: &ScoredText) -> serde_json::Result<()> {
        let head = if score.prediction.relevant {
            &self.json.relevant
        } else {
            &self.json.not_relevant
        };
        encoded.extend_from_slice(head.as_bytes());
        serde_json::to_writer(&mut *encoded, &score.prediction.probability)?;
        encoded.extend_from_slice(self.json.known_terms.as_bytes());
        serde_json::to_writer(&mut *encoded, &score.known_terms)
    }

    /// The fields of the columns.
    pub fn fields(&self) -> [Field; 3] {
        let [label, probability, known_terms] = &self.names;
        [
            Field::new(label, DataType::Utf8, false),
            Field::new(probability, DataType::Float32, false),
            Field::new(known_terms, DataType::Int32, true),
        ]
    }

    /// The columns for these predictions; labels for CSV are not formulas.
    pub fn arrays(&self, scores: &[ScoredText], for_csv: bool) -> [ArrayRef; 3] {
        let labels = scores.iter().map(|score| {
            let label = self.label(score);
            if for_csv {
                guard_formula(label)
            } else {
                label.into()
            }
        });
        let probabilities = scores.iter().map(|score| score.prediction.probability);
        let counts = scores.iter().map(|score| {
            let count = score.known_terms?;
            Some(i32::try_from(count).unwrap_or(i32::MAX))
        });
        [
            Arc::new(StringArray::from_iter_values(labels)),
            Arc::new(Float32Array::from_iter_values(probabilities)),
            Arc::new(counts.collect::<Int32Array>()),
        ]
    }
}

impl JsonMembers {
    fn new([label, probability, known_terms]: &[String; 3], labels: &Labels) -> Self {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let head = |value: &str| {
            let [label, value, probability] = [label, value, probability].map(quoted);
            format!("{label}:{value},{probability}:")
        };

        Self {
            relevant: head(&labels.relevant),
            not_relevant: head(&labels.not_relevant),
            known_terms: format!(",{}:", quoted(known_terms)),
        }
    }
}

/// Writes a cell of CSV, with quotes if it needs them.
pub fn write_cell(encoded: &mut Vec<u8>, value: &str, delimiter: u8) {
    let is_special = |byte: u8| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    if !value.bytes().any(is_special) {
        encoded.extend_from_slice(value.as_bytes());
        return;
    }

    encoded.push(b'"');
    for (index, part) in value.split('"').enumerate() {
        if index > 0 {
            encoded.extend_from_slice(b"\"\"");
        }
        encoded.extend_from_slice(part.as_bytes());
    }
    encoded.push(b'"');
}

/// Writes the key of a member.
pub fn write_key(encoded: &mut Vec<u8>, key: &str) -> serde_json::Result<()> {
    serde_json::to_writer(&mut *encoded, key)?;
    encoded.push(b':');
    Ok(())
}
