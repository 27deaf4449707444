//! Folds of a cross-validation.

use rayon::prelude::*;

use super::groups::RowGroups;
use super::settings::{SplitBy, SplitSettings};
use super::stratified::stratum;
use super::subsets::has_label;
use crate::dataset::dictionary_column::DictionaryColumn;
use crate::dataset::labels::label::Label;
use crate::dataset::rows::Dataset;
use crate::error::DataError;

/// Assigns `rows` to `count` folds of about the same size and fraction of relevant rows, each
/// ascending.
///
/// Rows with equal normalised text stay in one fold, and rows of one group too when the split goes
/// by group. The order of the rows does not matter; the seed is that of the split.
///
/// # Errors
/// Invalid settings, as [`SplitSettings::validate`] reports; [`DataError::SplitColumnUnread`]
/// without the column of the groups; [`DataError::FoldLabelMissing`] when a fold would have no text
/// of one label.
///
/// # Panics
/// When a row is not in the dataset or not in the column.
pub fn folds(
    dataset: &Dataset,
    rows: &[u32],
    settings: &SplitSettings,
    column: Option<&DictionaryColumn>,
    count: u32,
) -> Result<Vec<Vec<u32>>, DataError> {
    settings.validate()?;
    let groups = match settings.by {
        SplitBy::Group => {
            RowGroups::by_column(dataset, rows, settings.seed, settings.needed(column)?)
        }
        SplitBy::Text | SplitBy::Time | SplitBy::Subset => {
            RowGroups::by_text(dataset, rows, settings.seed)
        }
    };

    let mut folds = assign(dataset, &groups, count as usize);
    for (fold, number) in folds.iter_mut().zip(1..) {
        fold.par_sort_unstable();
        require_both_labels(dataset, fold, number, count)?;
    }
    Ok(folds)
}

/// Assigns each group to the fold that has the fewest rows of its stratum.
fn assign(dataset: &Dataset, groups: &RowGroups, count: usize) -> Vec<Vec<u32>> {
    let mut folds = vec![Vec::new(); count];
    let mut assigned = [vec![0; count], vec![0; count]];

    for group in groups.iter() {
        let assigned = &mut assigned[stratum(dataset, group)];
        let Some(smallest) = (0..count).min_by_key(|&fold| assigned[fold]) else {
            break;
        };
        assigned[smallest] += group.len();
        folds[smallest].extend(group.iter().map(|&(_, row)| row));
    }
    folds
}

fn require_both_labels(
    dataset: &Dataset,
    rows: &[u32],
    fold: u32,
    folds: u32,
) -> Result<(), DataError> {
    let is_missing = |label: &Label| !rows.iter().any(|&row| has_label(dataset, row, *label));
    let missing = [Label::Relevant, Label::NotRelevant]
        .into_iter()
        .find(is_missing);

    missing.map_or(Ok(()), |label| {
        Err(DataError::FoldLabelMissing {
            fold,
            folds,
            label: dataset.class_name(label).to_owned(),
        })
    })
}
