//! Error of the values of a label column, with the flags that say what they mean.

use std::fmt;

use super::values::{LabelValue, MAX_VALUES, list};
use crate::shell::list_word;

/// Error of the values of a label column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelsError {
    kind: Kind,
    /// The values that the message lists.
    values: Vec<LabelValue>,
    is_redacted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// No row has a label.
    NoLabels,
    /// There is one value, which is not a name of a label.
    OneValue,
    /// Two values are not a well-known pair.
    UnknownPair,
    /// There are more than two values, and none is a name of a label.
    ManyValues,
    /// There are more than two values, of which the first two are a well-known pair, the relevant one
    /// first.
    PairAndOthers,
    /// Beside names of labels there are other values.
    UnknownNames,
    /// The settings leave values out.
    Unmapped,
    /// There are more values than labels can have.
    TooManyValues,
    /// Rows have no label, which the settings refuse.
    Unlabelled,
}

impl LabelsError {
    pub(super) fn new(kind: Kind, values: &[LabelValue], listed: &[usize]) -> Self {
        Self {
            kind,
            values: listed.iter().map(|&index| values[index].clone()).collect(),
            is_redacted: false,
        }
    }

    /// Returns the error of a column with more values than labels can have.
    pub(crate) fn too_many(values: &[LabelValue]) -> Self {
        let mut values = values.to_vec();
        values.truncate(1);
        Self {
            kind: Kind::TooManyValues,
            values,
            is_redacted: false,
        }
    }

    /// Returns the error of rows without a label, which the settings refuse.
    pub(crate) fn unlabelled(values: Vec<LabelValue>) -> Self {
        Self {
            kind: Kind::Unlabelled,
            values,
            is_redacted: false,
        }
    }

    /// Returns the error without values of the data, which are texts when columns are confused.
    #[must_use]
    pub fn redacted(self) -> Self {
        Self {
            is_redacted: true,
            ..self
        }
    }

    /// Returns the values whose meaning is not known as a list, and the place of the first; none for
    /// other faults.
    #[must_use]
    pub fn unknown_values(&self) -> Option<(String, &str)> {
        match self.kind {
            Kind::OneValue
            | Kind::UnknownPair
            | Kind::ManyValues
            | Kind::PairAndOthers
            | Kind::UnknownNames
            | Kind::Unmapped => Some((self.list(), self.first())),
            Kind::NoLabels | Kind::TooManyValues | Kind::Unlabelled => None,
        }
    }

    /// Returns whether its values stand beside names or numbers of labels.
    pub(super) fn is_beside_names(&self) -> bool {
        self.kind == Kind::UnknownNames
    }

    /// Lists the values, unless they are hidden.
    fn list(&self) -> String {
        if self.is_redacted {
            return format!("{} that are not shown", self.values.len());
        }
        list(&self.values)
    }

    /// Formats a flag with a value of the message, or with a placeholder.
    fn flag(&self, flag: &str, index: usize) -> String {
        let value = self.values.get(index).filter(|_| !self.is_redacted);
        let argument = value.and_then(|value| list_word(&value.text));
        format!("{flag}={}", argument.as_deref().unwrap_or("VALUE"))
    }

    /// Returns the index of the value with the most rows, the first of several.
    fn most_frequent(&self) -> usize {
        let indices = (0..self.values.len()).rev();
        indices
            .max_by_key(|&index| self.values[index].rows)
            .unwrap_or_default()
    }

    fn rows(&self) -> u64 {
        self.values.iter().map(|value| value.rows).sum()
    }

    fn first(&self) -> &str {
        self.values.first().map_or("", |value| &value.first)
    }
}

impl fmt::Display for LabelsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = self.list();
        match self.kind {
            Kind::NoLabels => write!(
                formatter,
                "no row has a label: name the column that has them with `--label-column`"
            ),
            Kind::OneValue => write!(
                formatter,
                "every label is the same, {list}; training needs two different ones"
            ),
            Kind::UnknownPair => write!(
                formatter,
                "which of the labels {list} is the relevant one? Name it: `{}` or `{}`",
                self.flag("--relevant", 0),
                self.flag("--relevant", 1)
            ),
            Kind::ManyValues => write!(
                formatter,
                "there are more than two labels, {list}: name the relevant ones and the others, as \
                 `{} --not-relevant='*'` for one against the rest",
                self.flag("--relevant", self.most_frequent())
            ),
            Kind::PairAndOthers => write!(
                formatter,
                "there are more than two labels, {list}: `{} {} --undecided-values='*'` leaves out \
                 all but two, or name the values of each class with `--relevant` and \
                 `--not-relevant`",
                self.flag("--relevant", 0),
                self.flag("--not-relevant", 1)
            ),
            Kind::UnknownNames => write!(
                formatter,
                "unknown labels {list}, the first in {}; accepted are `Not Relevant` (or 0), \
                 `Relevant` (or 1) and `Can't Decide` (or 2): mend them, or name the values with \
                 `--relevant`, `--not-relevant` and `--undecided-values`",
                self.first()
            ),
            Kind::Unmapped => write!(
                formatter,
                "no flag names the labels {list}, the first in {}: add them to `--relevant`, \
                 `--not-relevant` or `--undecided-values`, of which one may be '*' for any other",
                self.first()
            ),
            Kind::TooManyValues => write!(
                formatter,
                "the label column has more than {MAX_VALUES} different values, as {list}: name \
                 the column with the labels with `--label-column`, or choose labels with \
                 `--relevant VALUE --not-relevant '*'`"
            ),
            Kind::Unlabelled => write!(
                formatter,
                "{} rows have no label, the first is {}: label them, or leave them out with \
                 `--unlabelled leave-out`",
                self.rows(),
                self.first()
            ),
        }
    }
}

impl std::error::Error for LabelsError {}
