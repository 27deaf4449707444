//! Split of the rows of a source into subsets and folds, by the settings of a run.

use relevance_data::{Dataset, DictionaryColumn, Label, Split, Undecided, folds};

use crate::error::TrainError;
use crate::settings::Settings;

/// Assigns the decided rows to the subsets.
///
/// # Errors
/// When a label has no row, or the settings or the column of the split do not fit, or a subset would lack a label.
pub fn split(dataset: &Dataset, settings: &Settings) -> Result<Split, TrainError> {
    let rows = dataset.decided(settings.undecided);
    require_both_labels(dataset, &rows, settings.undecided)?;
    let column = column(dataset, settings);
    Ok(Split::new(dataset, &rows, &settings.split, column)?)
}

/// Assigns `rows` to `count` folds.
///
/// # Errors
/// When the settings or the column of the split do not fit, or a fold would lack a label.
pub(crate) fn assign_folds(
    dataset: &Dataset,
    rows: &[u32],
    settings: &Settings,
    count: u32,
) -> Result<Vec<Vec<u32>>, TrainError> {
    let column = column(dataset, settings);
    Ok(folds(dataset, rows, &settings.split, column, count)?)
}

/// Returns the rows of all folds but one, ascending.
pub(crate) fn rows_of_others(folds: &[Vec<u32>], fold: usize) -> Vec<u32> {
    let mut others = [&folds[..fold], &folds[fold + 1..]].concat().concat();
    others.sort_unstable();
    others
}

/// Returns the column of the group or the time.
fn column<'d>(dataset: &'d Dataset, settings: &Settings) -> Option<&'d DictionaryColumn> {
    let index = settings.split_column()?;
    dataset.columns.get(index)
}

fn require_both_labels(
    dataset: &Dataset,
    rows: &[u32],
    undecided: Undecided,
) -> Result<(), TrainError> {
    let has = |relevant| rows.iter().any(|&row| dataset.is_relevant(row) == relevant);
    let missing = [(true, Label::Relevant), (false, Label::NotRelevant)]
        .into_iter()
        .find(|&(relevant, _)| !has(relevant));

    missing.map_or(Ok(()), |(_, label)| {
        Err(TrainError::LabelMissing {
            label: dataset.class_name(label).to_owned(),
            left_out: dataset.left_out(undecided),
        })
    })
}
