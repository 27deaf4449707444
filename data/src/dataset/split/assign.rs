//! Assignment of rows to the subsets by the settings' criterion.

use rayon::prelude::*;

use super::groups::RowGroups;
use super::settings::{SplitBy, SplitSettings};
use super::subsets::{SUBSETS, Split, has_label};
use super::{named, stratified, time};
use crate::dataset::dictionary_column::DictionaryColumn;
use crate::dataset::rows::Dataset;
use crate::error::DataError;

impl Split {
    /// Assigns `rows`, indices in `dataset`, to the three subsets.
    ///
    /// `column` is the one that the settings name, if they name one. Texts that differ only in
    /// case, links, handles, punctuation and whitespace have equal normalised text and are always
    /// in one subset.
    ///
    /// - By text, rows of equal normalised text are assigned within their majority label, so that
    ///   each subset has about the same fraction of relevant rows. In the order of SHA-256 over the
    ///   seed and the normalised text, rows go to the test subset until it has its rows, then to
    ///   the validation subset. The rest goes to training. A text with more rows than the test
    ///   subset would have also goes there, and does not count for the sizes of the subsets.
    /// - By group, rows connected by a group or a normalised text are assigned together in the same
    ///   way; rows without a value go by their normalised text. A subset may exceed its fraction by
    ///   one group. A group of more than half of the rows of its label goes to training, and so does
    ///   one of more rows than the test subset would have, as long as ten others are left.
    /// - By time, the oldest rows go to training and the newest to the test subset, whatever their
    ///   labels. Values are compared as numbers when all are numbers, else as RFC 3339 or ISO 8601
    ///   dates and times, in UTC unless they have an offset. Rows of equal normalised text count at
    ///   the time of their first one, and rows of one time stay in one subset.
    /// - By subset, rows go to the subset that the column names; those of equal normalised text go
    ///   to the first subset that it names for one of them.
    ///
    /// # Errors
    ///
    /// Invalid settings, as [`SplitSettings::validate`] reports; [`DataError::SplitColumnUnread`]
    /// without the column that is needed; [`DataError::TimeMissing`] and [`DataError::Time`] with
    /// the first row whose time cannot be read; [`DataError::Subset`] with the first row whose
    /// subset is unknown; [`DataError::LabelMissing`], [`DataError::LabelMissingInTime`] and
    /// [`DataError::LabelMissingInSubset`] when a subset would have no text of one label.
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
            SplitBy::Text => {
                let groups = RowGroups::by_text(dataset, rows, settings.seed);
                Self::by_groups(dataset, &groups, settings)?
            }
            SplitBy::Group => {
                let column = settings.needed(column)?;
                let groups = RowGroups::by_column(dataset, rows, settings.seed, column);
                Self::by_groups(dataset, &groups, settings)?
            }
            SplitBy::Subset => Self::named(dataset, rows, settings, settings.needed(column)?)?,
        };

        for subset in split.subsets() {
            subset.par_sort_unstable();
        }
        Ok(split)
    }

    fn by_groups(
        dataset: &Dataset,
        groups: &RowGroups,
        settings: &SplitSettings,
    ) -> Result<Self, DataError> {
        let has_label = |group: &&[_], label| {
            let mut rows = group.iter().map(|&(_, row)| row);
            rows.any(|row| has_label(dataset, row, label))
        };
        let kind = match settings.by {
            SplitBy::Group => "groups or single texts",
            _ => "different texts",
        };

        stratified::assign(dataset, groups, settings).with_both_labels(
            dataset,
            |_, subset, label| DataError::LabelMissing {
                subset: SUBSETS[subset],
                label: dataset.class_name(label).to_owned(),
                groups: groups
                    .iter()
                    .filter(|group| has_label(group, label))
                    .count(),
                kind,
                fraction: settings.fractions()[subset],
            },
        )
    }

    fn by_time(
        dataset: &Dataset,
        rows: &[u32],
        settings: &SplitSettings,
        column: &DictionaryColumn,
    ) -> Result<Self, DataError> {
        time::assign(dataset, rows, settings, column)?.with_both_labels(
            dataset,
            |split, subset, label| DataError::LabelMissingInTime {
                subset: SUBSETS[subset],
                label: dataset.class_name(label).to_owned(),
                column: settings.column_name().to_owned(),
                times: time::range(split.subsets()[subset], column),
            },
        )
    }

    fn named(
        dataset: &Dataset,
        rows: &[u32],
        settings: &SplitSettings,
        column: &DictionaryColumn,
    ) -> Result<Self, DataError> {
        named::assign(dataset, rows, settings, column)?.with_both_labels(
            dataset,
            |_, subset, label| DataError::LabelMissingInSubset {
                subset: SUBSETS[subset],
                label: dataset.class_name(label).to_owned(),
                column: settings.column_name().to_owned(),
            },
        )
    }
}
