//! The folds of a cross-validation.

use rayon::prelude::*;

use super::groups::Units;
use super::settings::{SplitBy, SplitSettings};
use super::stratified::stratum;
use super::subsets::is;
use crate::dataset::dictionary_column::DictionaryColumn;
use crate::dataset::label::Label;
use crate::dataset::rows::Dataset;
use crate::error::DataError;

/// Deals `rows` to `count` folds, each ascending: copies of one wording stay in one fold, and rows of one group too when
/// the split goes by group; folds have about the same size and share of relevant rows.
///
/// The order of the rows does not matter; the seed is that of the split.
///
/// # Errors
/// Invalid settings, as [`SplitSettings::validate`] says; [`DataError::SplitColumnUnread`] without the column of
/// the groups; [`DataError::FoldLabelMissing`] when a fold would have no text of one label.
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
    let units = match settings.by {
        SplitBy::Group => Units::by_group(dataset, rows, settings.seed, settings.needed(column)?),
        SplitBy::Wording | SplitBy::Time => Units::by_wording(dataset, rows, settings.seed),
    };
    let mut folds: Vec<Vec<u32>> = vec![Vec::new(); count as usize];
    let mut dealt = [vec![0; folds.len()], vec![0; folds.len()]];
    for unit in units.iter() {
        let dealt = &mut dealt[stratum(dataset, unit)];
        let Some(smallest) = (0..folds.len()).min_by_key(|&fold| dealt[fold]) else {
            break;
        };
        dealt[smallest] += unit.len();
        folds[smallest].extend(unit.iter().map(|&(_, row)| row));
    }
    for (fold, number) in folds.iter_mut().zip(1..) {
        fold.par_sort_unstable();
        check(dataset, fold, number, count)?;
    }
    Ok(folds)
}

fn check(dataset: &Dataset, rows: &[u32], fold: u32, folds: u32) -> Result<(), DataError> {
    let lacks = |label: &Label| !rows.iter().any(|&row| is(dataset, row, *label));
    match [Label::Relevant, Label::NotRelevant]
        .into_iter()
        .find(lacks)
    {
        None => Ok(()),
        Some(label) => Err(DataError::FoldLabelMissing {
            fold,
            folds,
            label: label.as_str(),
        }),
    }
}
