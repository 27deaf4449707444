//! Rows with their labels read, as training takes them.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::DataError;
use crate::label::Label;
use crate::source::Source;

/// One row with its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Position in the source, from 1.
    pub row: u64,
    /// The sentence, as it stands in the source.
    pub text: String,
    /// What a person said of it.
    pub label: Label,
}

/// Every row of a source, in the source's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// The source's name.
    pub source: String,
    /// SHA-256, in hexadecimal, over labels and texts in order.
    ///
    /// The same rows give the same digest, whatever the format that they came in.
    pub digest: String,
    /// The rows; at least one.
    pub examples: Vec<Example>,
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
            _ => Err(ParseUndecidedError { value: value.to_owned() }),
        }
    }
}

/// One row whose label is one of the two classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledText {
    /// Position in the source, from 1.
    pub row: u64,
    /// The sentence.
    pub text: String,
    /// The class.
    pub relevant: bool,
}

impl Dataset {
    /// Reads every row of the source.
    ///
    /// # Errors
    ///
    /// Whatever the source reports; [`DataError::UnknownLabel`] at the first row whose label cannot be
    /// read; [`DataError::NoRows`].
    pub fn read(source: &dyn Source) -> Result<Self, DataError> {
        let name = source.name();
        let mut hasher = Sha256::new();
        let mut examples = Vec::new();
        source.read(&mut |row| {
            let label = row.label.parse::<Label>().map_err(|label| DataError::UnknownLabel {
                file: name.clone(),
                row: row.number,
                label,
            })?;
            hasher.update([label.number()]);
            hasher.update((row.text.len() as u64).to_le_bytes());
            hasher.update(row.text.as_bytes());
            examples.push(Example { row: row.number, text: row.text.to_owned(), label });
            Ok(())
        })?;
        if examples.is_empty() {
            return Err(DataError::NoRows { file: name });
        }
        Ok(Self { source: name, digest: hex::encode(hasher.finalize()), examples })
    }

    /// The rows of the two classes, in order; `undecided` says what becomes of the others.
    #[must_use]
    pub fn decided(self, undecided: Undecided) -> Vec<LabelledText> {
        self.examples
            .into_iter()
            .filter(|example| undecided == Undecided::NotRelevant || example.label != Label::CantDecide)
            .map(|example| LabelledText {
                row: example.row,
                text: example.text,
                relevant: example.label == Label::Relevant,
            })
            .collect()
    }
}
