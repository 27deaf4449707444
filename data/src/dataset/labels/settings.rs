//! Settings of the labels.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::values::canonical;
use crate::error::DataError;

/// Values of the label column that mean each label, and how to treat rows without one.
///
/// Without any value the column must have the values of [`Label`](crate::Label), or a pair that is
/// well known, as `spam` and `ham`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LabelSettings {
    /// Values of relevant sentences; [`LabelSettings::ANY_OTHER`] for any that no list names.
    pub relevant: Vec<String>,
    /// Values of sentences that are not relevant; [`LabelSettings::ANY_OTHER`] for any that no list
    /// names. Without a list, the only other value.
    pub not_relevant: Vec<String>,
    /// Values of sentences that a person could not decide on.
    pub undecided: Vec<String>,
    /// How to treat rows without a label.
    pub unlabelled: Unlabelled,
}

impl LabelSettings {
    /// Stands for any value that no list names.
    pub const ANY_OTHER: &str = "*";

    /// Checks that no value is named twice, none is empty, and that `*` leaves values to the other
    /// class.
    ///
    /// # Errors
    ///
    /// [`DataError::EmptyLabel`] with the first list that has an empty value,
    /// [`DataError::LabelNamedTwice`] with the first value that is there twice, and
    /// [`DataError::EveryLabel`].
    pub fn validate(&self) -> Result<(), DataError> {
        for (list, values) in [
            ("relevant", &self.relevant),
            ("not_relevant", &self.not_relevant),
            ("undecided", &self.undecided),
        ] {
            if values.iter().any(|value| value.trim().is_empty()) {
                return Err(DataError::EmptyLabel { list });
            }
        }

        let lists = [&self.relevant, &self.not_relevant, &self.undecided];
        let mut known = BTreeSet::new();
        let mut values = lists.into_iter().flatten();
        if let Some(value) = values.find(|value| !known.insert(canonical(value))) {
            return Err(DataError::LabelNamedTwice {
                value: value.clone(),
            });
        }

        let takes_all =
            |values: &[String], other: &[String]| other.is_empty() && Self::takes_any_other(values);
        let [relevant, not_relevant] = ["relevant", "not_relevant"];
        let (list, other) = if takes_all(&self.relevant, &self.not_relevant) {
            (relevant, not_relevant)
        } else if takes_all(&self.not_relevant, &self.relevant) {
            (not_relevant, relevant)
        } else {
            return Ok(());
        };
        Err(DataError::EveryLabel { list, other })
    }

    /// Returns whether the values of a class are named.
    pub(crate) const fn names_a_class(&self) -> bool {
        !self.relevant.is_empty() || !self.not_relevant.is_empty()
    }

    /// Returns whether a list has [`ANY_OTHER`](Self::ANY_OTHER).
    pub(crate) fn has_any_other(&self) -> bool {
        let lists = [&self.relevant, &self.not_relevant, &self.undecided];
        lists.into_iter().any(|list| Self::takes_any_other(list))
    }

    /// Returns whether a list has [`ANY_OTHER`](Self::ANY_OTHER).
    pub(super) fn takes_any_other(list: &[String]) -> bool {
        list.iter().any(|value| value == Self::ANY_OTHER)
    }
}

/// How to treat rows whose label is empty, NULL or NaN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unlabelled {
    /// Leave them out, and count them.
    #[default]
    LeaveOut,
    /// Refuse the source.
    Refuse,
}
