//! Fractions of the subsets, the criterion that keeps rows together, and the seed.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::subsets::SUBSETS;
use crate::dataset::dictionary_column::DictionaryColumn;
use crate::error::DataError;

/// Largest deviation of the fractions' sum from 1.
const SUM_TOLERANCE: f64 = 1e-9;

/// Settings of a [`Split`](crate::Split).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SplitSettings {
    /// Fraction of the rows in the training subset; 0.7 by default.
    pub train: f64,
    /// Fraction of the rows in the validation subset, which chooses the threshold; 0.1 by default.
    pub validation: f64,
    /// Fraction of the rows in the test subset, on which metrics are computed; 0.2 by default.
    pub test: f64,
    /// Seed of the assignment; 42 by default.
    pub seed: u64,
    /// Criterion that assigns a row to a subset; the normalised text by default.
    pub by: SplitBy,
    /// Source's column with the group, the time or the subset; none for a split by text.
    pub column: Option<String>,
}

/// Criterion that assigns a row to a subset; rows of equal normalised text always stay together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SplitBy {
    /// Normalised text, by hash.
    #[default]
    Text,
    /// Group in a column, by hash: rows of one group stay in one subset.
    Group,
    /// Time in a column: the oldest rows go to training, the newest to the test subset.
    Time,
    /// Subset in a column: `train`, `validation` or `test`.
    Subset,
}

/// Error of parsing a [`SplitBy`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown choice `{value}`; accepted are `text`, `group`, `time` and `subset`")]
pub struct ParseSplitByError {
    value: String,
}

impl SplitBy {
    /// Returns the name in settings and flags.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Group => "group",
            Self::Time => "time",
            Self::Subset => "subset",
        }
    }
}

impl FromStr for SplitBy {
    type Err = ParseSplitByError;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let known = [Self::Text, Self::Group, Self::Time, Self::Subset]
            .into_iter()
            .find(|by| by.as_str() == value);
        known.ok_or_else(|| ParseSplitByError {
            value: value.to_owned(),
        })
    }
}

impl Default for SplitSettings {
    fn default() -> Self {
        Self {
            train: 0.7,
            validation: 0.1,
            test: 0.2,
            seed: 42,
            by: SplitBy::default(),
            column: None,
        }
    }
}

impl SplitSettings {
    /// Checks that each fraction is above 0, that they add up to 1 within 1e-9, and that a column
    /// is named exactly when the criterion needs one.
    ///
    /// # Errors
    ///
    /// [`DataError::Fraction`] or [`DataError::FractionSum`]; [`DataError::SplitColumnMissing`];
    /// [`DataError::SplitColumnUnused`].
    pub fn validate(&self) -> Result<(), DataError> {
        for (subset, fraction) in SUBSETS.into_iter().zip(self.fractions()) {
            if !(fraction > 0.0 && fraction < 1.0) {
                return Err(DataError::Fraction { subset, fraction });
            }
        }
        let sum = self.fractions().iter().sum::<f64>();
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            return Err(DataError::FractionSum { sum });
        }

        match (self.by, &self.column) {
            (SplitBy::Text, None) => Ok(()),
            (SplitBy::Text, Some(column)) => Err(DataError::SplitColumnUnused {
                column: column.clone(),
            }),
            (_, Some(column)) if !column.is_empty() => Ok(()),
            (by, _) => Err(DataError::SplitColumnMissing { by: by.as_str() }),
        }
    }

    pub(super) const fn fractions(&self) -> [f64; 3] {
        [self.train, self.validation, self.test]
    }

    /// Returns the column, or an error that names it.
    pub(super) fn needed<'c>(
        &self,
        column: Option<&'c DictionaryColumn>,
    ) -> Result<&'c DictionaryColumn, DataError> {
        column.ok_or_else(|| DataError::SplitColumnUnread {
            column: self.column_name().to_owned(),
        })
    }

    /// Returns the column's name for messages.
    pub(super) fn column_name(&self) -> &str {
        self.column.as_deref().unwrap_or_default()
    }
}
