//! How large the sides of a split are, and what stays together on one of them.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::subsets::SIDES;
use crate::error::DataError;

/// How far the shares may be from adding up to 1.
const SUM_TOLERANCE: f64 = 1e-9;

/// The share of rows that each side takes, what stays together, and the seed of the draw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SplitSettings {
    /// Share that is trained on; 0.7 by default.
    pub train: f64,
    /// Share that chooses the threshold; 0.1 by default.
    pub validation: f64,
    /// Share that measures the result; 0.2 by default.
    pub test: f64,
    /// Another seed draws another split; 42 by default.
    pub seed: u64,
    /// What decides which side a row is on; the wording by default.
    pub by: SplitBy,
    /// The source's column that holds the group or the time; none for a split by wording.
    pub column: Option<String>,
}

/// What decides which side a row is on; copies of one wording stay together whatever it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SplitBy {
    /// A draw of the wordings.
    #[default]
    Wording,
    /// A draw of the groups that a column names: rows of one group stay on one side.
    Group,
    /// The time that a column holds: the oldest rows are trained on, the newest measure.
    Time,
}

/// A value that is no [`SplitBy`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown choice `{value}`; accepted are `wording`, `group` and `time`")]
pub struct ParseSplitByError {
    value: String,
}

impl SplitBy {
    /// The name that is read and written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wording => "wording",
            Self::Group => "group",
            Self::Time => "time",
        }
    }
}

impl FromStr for SplitBy {
    type Err = ParseSplitByError;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let known = [Self::Wording, Self::Group, Self::Time]
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
    /// Checks that each share is above 0, that they add up to 1 within 1e-9, and that there is a column where one is
    /// needed, and there alone.
    ///
    /// # Errors
    ///
    /// [`DataError::Share`] or [`DataError::ShareSum`], with the number; [`DataError::SplitColumnMissing`];
    /// [`DataError::SplitColumnUnused`].
    pub fn validate(&self) -> Result<(), DataError> {
        for (side, share) in SIDES.into_iter().zip(self.shares()) {
            if !(share > 0.0 && share < 1.0) {
                return Err(DataError::Share { side, share });
            }
        }
        let sum = self.shares().iter().sum::<f64>();
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            return Err(DataError::ShareSum { sum });
        }
        match (self.by, &self.column) {
            (SplitBy::Wording, None) => Ok(()),
            (SplitBy::Wording, Some(column)) => Err(DataError::SplitColumnUnused {
                column: column.clone(),
            }),
            (_, Some(column)) if !column.is_empty() => Ok(()),
            (by, _) => Err(DataError::SplitColumnMissing { by: by.as_str() }),
        }
    }

    pub(super) const fn shares(&self) -> [f64; 3] {
        [self.train, self.validation, self.test]
    }

    /// What messages call the column.
    pub(super) fn column_name(&self) -> &str {
        self.column.as_deref().unwrap_or_default()
    }
}
