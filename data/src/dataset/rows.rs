//! Rows of a source with parsed labels.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::dataset::dictionary_column::DictionaryColumn;
use crate::dataset::label::Label;
use crate::dataset::string_arena::StringArena;
use crate::error::DataError;
use crate::source::{Row, Source};

/// Every row of a source, in the source's order; row number n has index n - 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// The source's name.
    pub source: String,
    /// SHA-256, in hexadecimal, over labels, texts and further columns in order.
    ///
    /// Equal rows have an equal digest, whatever the format of their source.
    pub digest: String,
    /// The sentences, unchanged; at least one.
    pub texts: StringArena,
    /// The label of each sentence: `[texts]`.
    pub labels: Vec<Label>,
    /// The source's further columns that its settings name, in their order.
    pub columns: Vec<DictionaryColumn>,
}

/// How to treat rows whose label is [`Label::CantDecide`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Undecided {
    /// Leave them out.
    #[default]
    LeaveOut,
    /// Count them as not relevant.
    NotRelevant,
}

/// Error of parsing an [`Undecided`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown choice `{value}`; accepted are `leave-out` and `not-relevant`")]
pub struct ParseUndecidedError {
    value: String,
}

impl FromStr for Undecided {
    type Err = ParseUndecidedError;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        match value {
            "leave-out" => Ok(Self::LeaveOut),
            "not-relevant" => Ok(Self::NotRelevant),
            _ => Err(ParseUndecidedError {
                value: value.to_owned(),
            }),
        }
    }
}

impl Dataset {
    /// Reads every row of the source.
    ///
    /// # Errors
    ///
    /// The source's own; [`DataError::UnknownLabel`] at the first row whose label cannot be parsed;
    /// [`DataError::TooManyRows`]; [`DataError::NoRows`].
    pub fn read(source: &dyn Source) -> Result<Self, DataError> {
        Self::read_with(source, |_| {})
    }

    /// Reads every row of the source and calls `progress` with the number of each.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_with(
        source: &dyn Source,
        mut progress: impl FnMut(u64),
    ) -> Result<Self, DataError> {
        let mut rows = Rows::new(source.name());
        source.read(&mut |row| {
            let number = row.number;
            rows.push(row)?;
            progress(number);
            Ok(())
        })?;

        rows.finish()
    }

    /// Returns the indices of the rows of the two classes, in order; `undecided` adds or leaves out
    /// the others.
    #[must_use]
    pub fn decided(&self, undecided: Undecided) -> Vec<u32> {
        let is_decided = |&(_, &label): &(u32, &Label)| {
            undecided == Undecided::NotRelevant || label != Label::CantDecide
        };

        (0..)
            .zip(&self.labels)
            .filter(is_decided)
            .map(|(row, _)| row)
            .collect()
    }

    /// Returns the sentence of a row.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn text(&self, row: u32) -> &str {
        &self.texts[row as usize]
    }

    /// Returns whether a row is labelled [`Label::Relevant`].
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn is_relevant(&self, row: u32) -> bool {
        self.labels[row as usize] == Label::Relevant
    }
}

/// The rows read so far.
struct Rows {
    source: String,
    digest: Sha256,
    texts: StringArena,
    labels: Vec<Label>,
    columns: Vec<DictionaryColumn>,
}

impl Rows {
    fn new(source: String) -> Self {
        Self {
            source,
            digest: Sha256::new(),
            texts: StringArena::default(),
            labels: Vec::new(),
            columns: Vec::new(),
        }
    }

    fn push(&mut self, row: Row<'_>) -> Result<(), DataError> {
        let label = parse_label(&row, &self.source)?;
        self.digest.update([label.number()]);
        self.hash_value(row.text);

        self.columns
            .resize_with(row.columns.len(), DictionaryColumn::default);
        for (index, value) in row.columns.iter().enumerate() {
            self.hash_value(value);
            self.columns[index].push(value);
        }

        self.texts.push(row.text);
        self.labels.push(label);
        Ok(())
    }

    /// Hashes a value with its length before it, so that no two rows hash the same bytes.
    fn hash_value(&mut self, value: &str) {
        self.digest.update((value.len() as u64).to_le_bytes());
        self.digest.update(value.as_bytes());
    }

    fn finish(self) -> Result<Dataset, DataError> {
        if self.texts.is_empty() {
            return Err(DataError::NoRows { file: self.source });
        }

        Ok(Dataset {
            source: self.source,
            digest: hex::encode(self.digest.finalize()),
            texts: self.texts,
            labels: self.labels,
            columns: self.columns,
        })
    }
}

fn parse_label(row: &Row<'_>, file: &str) -> Result<Label, DataError> {
    if row.number > u64::from(u32::MAX) {
        return Err(DataError::TooManyRows {
            file: file.to_owned(),
        });
    }

    row.label.parse().map_err(|label| DataError::UnknownLabel {
        file: file.to_owned(),
        row: row.number,
        label,
    })
}
