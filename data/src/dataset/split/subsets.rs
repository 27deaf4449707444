//! The three subsets of a split, and the labels that each must have.

use crate::dataset::labels::label::Label;
use crate::dataset::rows::Dataset;
use crate::error::DataError;

pub(super) const SUBSETS: [&str; 3] = ["train", "validation", "test"];
pub(super) const TRAIN: usize = 0;
pub(super) const VALIDATION: usize = 1;
pub(super) const TEST: usize = 2;

/// Row indices in a [`Dataset`], ascending; every assigned row is in exactly one subset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Training subset.
    pub train: Vec<u32>,
    /// Validation subset, which chooses the threshold.
    pub validation: Vec<u32>,
    /// Test subset, on which metrics are computed.
    pub test: Vec<u32>,
    /// Number of rows in another subset than the one that a column names for them, because of an
    /// equal normalised text there.
    pub moved: usize,
}

impl Split {
    /// Returns the split when each subset has rows of both labels, else the error for the index of
    /// the first subset without a row of a label.
    pub(super) fn with_both_labels(
        mut self,
        dataset: &Dataset,
        error: impl FnOnce(&mut Self, usize, Label) -> DataError,
    ) -> Result<Self, DataError> {
        match self.missing_label(dataset) {
            None => Ok(self),
            Some((subset, label)) => Err(error(&mut self, subset, label)),
        }
    }

    /// Returns the index of the first subset that has no row of a label, with the label.
    fn missing_label(&self, dataset: &Dataset) -> Option<(usize, Label)> {
        let subsets = [&self.train, &self.validation, &self.test];
        let lacks = |label| {
            subsets
                .iter()
                .position(|subset| !subset.iter().any(|&row| has_label(dataset, row, label)))
        };

        [Label::Relevant, Label::NotRelevant]
            .into_iter()
            .find_map(|label| Some((lacks(label)?, label)))
    }

    pub(super) const fn subsets(&mut self) -> [&mut Vec<u32>; 3] {
        [&mut self.train, &mut self.validation, &mut self.test]
    }
}

/// Returns whether a row counts as of `label`, one of the two classes.
pub(super) fn has_label(dataset: &Dataset, row: u32, label: Label) -> bool {
    dataset.is_relevant(row) == (label == Label::Relevant)
}

/// Returns the number of rows that a fraction of `rows` is.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rows are far below 2^52 and the fraction lies between 0 and 1"
)]
pub(super) fn rows_of_fraction(fraction: f64, rows: usize) -> usize {
    (fraction * rows as f64).round() as usize
}
