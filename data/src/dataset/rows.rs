//! Rows with their labels read, as training takes them.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::dataset::dictionary_column::DictionaryColumn;
use crate::dataset::digest::Digest;
use crate::dataset::label::Label;
use crate::dataset::string_arena::StringArena;
use crate::error::DataError;
use crate::source::{Row, Source};

/// Every row of a source, in the source's order; row number n is at place n - 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// The source's name.
    pub source: String,
    /// SHA-256, in hexadecimal, over labels, texts and further columns in order.
    ///
    /// The same rows give the same digest, whatever the format that they came in.
    pub digest: String,
    /// The sentences, as they stand in the source; at least one.
    pub texts: StringArena,
    /// What a person said of each: `[texts]`.
    pub labels: Vec<Label>,
    /// The further columns of the source that its settings name, in their order.
    pub columns: Vec<DictionaryColumn>,
}

/// What to do with the rows whose label is [`Label::CantDecide`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Undecided {
    /// Leave them out.
    #[default]
    LeaveOut,
    /// Count them as not relevant.
    NotRelevant,
}

/// A value that is no [`Undecided`].
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
    /// Whatever the source reports; [`DataError::UnknownLabel`] at the first row whose label cannot be
    /// read; [`DataError::TooManyRows`]; [`DataError::NoRows`].
    pub fn read(source: &dyn Source) -> Result<Self, DataError> {
        Self::read_with(source, |_| {})
    }

    /// Reads every row of the source, as [`read`](Self::read) does; `progress` hears the number of each.
    ///
    /// # Errors
    ///
    /// Those of [`read`](Self::read).
    pub fn read_with(
        source: &dyn Source,
        mut progress: impl FnMut(u64),
    ) -> Result<Self, DataError> {
        let name = source.name();
        let mut digest = Digest::start();
        let (mut texts, mut labels, mut columns) = (StringArena::default(), Vec::new(), Vec::new());
        source.read(&mut |row| {
            let label = read_label(&row, &name)?;
            digest.update(&[label.number()]);
            digest.update(&(row.text.len() as u64).to_le_bytes());
            digest.update(row.text.as_bytes());
            columns.resize_with(row.columns.len(), DictionaryColumn::default);
            for (column, value) in columns.iter_mut().zip(row.columns) {
                digest.update(&(value.len() as u64).to_le_bytes());
                digest.update(value.as_bytes());
                column.push(value);
            }
            texts.push(row.text);
            labels.push(label);
            progress(row.number);
            Ok(())
        })?;
        if texts.is_empty() {
            return Err(DataError::NoRows { file: name });
        }
        Ok(Self {
            source: name,
            digest: digest.finish(),
            texts,
            labels,
            columns,
        })
    }

    /// The places of the rows of the two classes, in order; `undecided` says what becomes of the others.
    #[must_use]
    pub fn decided(&self, undecided: Undecided) -> Vec<u32> {
        let is_decided = |&(_, &label): &(u32, &Label)| {
            undecided == Undecided::NotRelevant || label != Label::CantDecide
        };
        (0..)
            .zip(&self.labels)
            .filter(is_decided)
            .map(|(place, _)| place)
            .collect()
    }

    /// The sentence at a place.
    ///
    /// # Panics
    /// When there is no such place.
    #[must_use]
    pub fn text(&self, place: u32) -> &str {
        &self.texts[place as usize]
    }

    /// Whether the row at a place is of the class that is looked for.
    ///
    /// # Panics
    /// When there is no such place.
    #[must_use]
    pub fn is_relevant(&self, place: u32) -> bool {
        self.labels[place as usize] == Label::Relevant
    }
}

fn read_label(row: &Row, file: &str) -> Result<Label, DataError> {
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
