//! The three sides, and what each of them must have.

use rayon::prelude::*;

use super::groups::Units;
use super::settings::{SplitBy, SplitSettings};
use super::{stratified, time};
use crate::dataset::dictionary_column::DictionaryColumn;
use crate::dataset::label::Label;
use crate::dataset::rows::Dataset;
use crate::error::DataError;

pub(super) const SIDES: [&str; 3] = ["train", "validation", "test"];
pub(super) const TRAIN: usize = 0;
pub(super) const VALIDATION: usize = 1;
pub(super) const TEST: usize = 2;

/// Places of rows in their [`Dataset`], ascending; every row that was dealt is on exactly one side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// What is trained on.
    pub train: Vec<u32>,
    /// What chooses the threshold.
    pub validation: Vec<u32>,
    /// What measures the result.
    pub test: Vec<u32>,
}

impl Split {
    /// Deals `rows`, places in `dataset`, to the three sides; `column` is the one that the settings name, if they do.
    ///
    /// Texts that differ in nothing but case, links, handles, punctuation and blanks are copies of one wording and stay on
    /// one side.
    ///
    /// By wording, copies are dealt within their majority label, so that each side has about the same share of relevant
    /// rows: in the order of SHA-256 over the seed and the wording, to the test side until it has its rows, then to
    /// the validation side, and the rest, which a text of many rows makes smaller, to training.
    ///
    /// By group, what hangs together by a group or a wording is one unit and dealt in the same way; rows without a value
    /// go by their wording. A side may be one unit larger than its share; a unit of more than half of the rows of its
    /// label is trained on.
    ///
    /// By time, the oldest rows are trained on and the newest measure, whatever their labels. Values are compared as
    /// numbers when all are numbers, else as RFC 3339 or ISO 8601 dates and times, which are in UTC when they do not say. Copies
    /// count at the time of their first one, and rows of one time stay on one side.
    ///
    /// # Errors
    ///
    /// Invalid settings, as [`SplitSettings::validate`] says; [`DataError::SplitColumnUnread`] without the column that
    /// is needed; [`DataError::TimeMissing`] and [`DataError::Time`] with the first row whose time cannot be read;
    /// [`DataError::LabelMissing`] and [`DataError::LabelMissingInTime`] when a side would have no text of one label.
    ///
    /// # Panics
    /// When a row is not in the dataset or not in the column.
    pub fn new(
        dataset: &Dataset,
        rows: &[u32],
        settings: &SplitSettings,
        column: Option<&DictionaryColumn>,
    ) -> Result<Self, DataError> {
        settings.validate()?;
        let mut split = match settings.by {
            SplitBy::Time => Self::by_time(dataset, rows, settings, settings.needed(column)?)?,
            SplitBy::Wording => Self::drawn(
                dataset,
                &Units::by_wording(dataset, rows, settings.seed),
                settings,
            )?,
            SplitBy::Group => {
                let units = Units::by_group(dataset, rows, settings.seed, settings.needed(column)?);
                Self::drawn(dataset, &units, settings)?
            }
        };
        for side in split.sides() {
            side.par_sort_unstable();
        }
        Ok(split)
    }

    fn drawn(
        dataset: &Dataset,
        units: &Units,
        settings: &SplitSettings,
    ) -> Result<Self, DataError> {
        let split = stratified::deal(dataset, units, settings);
        split.lacking(dataset).map_or(Ok(split), |(side, label)| {
            let has_label = |unit: &&[_]| unit.iter().any(|&(_, row)| is(dataset, row, label));
            Err(DataError::LabelMissing {
                side: SIDES[side],
                label: label.as_str(),
                units: units.iter().filter(has_label).count(),
                kind: if settings.by == SplitBy::Group {
                    "groups or texts with one"
                } else {
                    "different ones"
                },
                share: settings.shares()[side],
            })
        })
    }

    fn by_time(
        dataset: &Dataset,
        rows: &[u32],
        settings: &SplitSettings,
        column: &DictionaryColumn,
    ) -> Result<Self, DataError> {
        let mut split = time::deal(dataset, rows, settings, column)?;
        match split.lacking(dataset) {
            None => Ok(split),
            Some((side, label)) => Err(DataError::LabelMissingInTime {
                side: SIDES[side],
                label: label.as_str(),
                column: settings.column_name().to_owned(),
                times: time::span(split.sides()[side], column),
            }),
        }
    }

    /// The first side that has no row of a label.
    fn lacking(&self, dataset: &Dataset) -> Option<(usize, Label)> {
        let sides = [&self.train, &self.validation, &self.test];
        let lacks = |label| {
            sides
                .iter()
                .position(|side| !side.iter().any(|&row| is(dataset, row, label)))
        };
        [Label::Relevant, Label::NotRelevant]
            .into_iter()
            .find_map(|label| Some((lacks(label)?, label)))
    }

    pub(super) const fn sides(&mut self) -> [&mut Vec<u32>; 3] {
        [&mut self.train, &mut self.validation, &mut self.test]
    }
}

impl SplitSettings {
    pub(super) fn needed<'c>(
        &self,
        column: Option<&'c DictionaryColumn>,
    ) -> Result<&'c DictionaryColumn, DataError> {
        column.ok_or_else(|| DataError::SplitColumnUnread {
            column: self.column_name().to_owned(),
        })
    }
}

/// Whether the row at a place counts as of `label`, one of the two classes.
pub(super) fn is(dataset: &Dataset, row: u32, label: Label) -> bool {
    dataset.is_relevant(row) == (label == Label::Relevant)
}

/// The number of rows that a side asks for.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rows are far below 2^52 and the share lies between 0 and 1"
)]
pub(super) fn quota(share: f64, rows: usize) -> usize {
    (share * rows as f64).round() as usize
}
