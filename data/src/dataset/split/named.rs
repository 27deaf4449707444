//! Split by a column that names the subset of each row.

use super::groups::RowGroups;
use super::settings::SplitSettings;
use super::subsets::{SUBSETS, Split};
use crate::dataset::dictionary_column::DictionaryColumn;
use crate::dataset::rows::Dataset;
use crate::error::DataError;

/// Assigns rows to the subsets that the column names, in any case.
///
/// Rows of equal normalised text are assigned together, to the first of the subsets that the column
/// names for them, so that a text that a model was trained on is in the training subset.
pub(super) fn assign(
    dataset: &Dataset,
    rows: &[u32],
    settings: &SplitSettings,
    column: &DictionaryColumn,
) -> Result<Split, DataError> {
    let subsets = subsets(column);
    let unknown = |row: &&u32| subsets[column.code(**row) as usize].is_none();
    if let Some(&row) = rows.iter().find(unknown) {
        return Err(DataError::Subset {
            column: settings.column_name().to_owned(),
            row: dataset.place(row),
            value: column.value(row).to_owned(),
        });
    }

    let named = |row: u32| subsets[column.code(row) as usize].unwrap_or_default();
    let mut split = Split::default();
    for copies in RowGroups::by_text(dataset, rows, settings.seed).iter() {
        let rows = copies.iter().map(|&(_, row)| row);
        let subset = rows.clone().map(named).min().unwrap_or_default();

        split.moved += rows.clone().filter(|&row| named(row) != subset).count();
        split.subsets()[subset].extend(rows);
    }
    Ok(split)
}

/// Returns the index of the subset that each of the column's values names.
fn subsets(column: &DictionaryColumn) -> Vec<Option<usize>> {
    let index = |value: &String| {
        SUBSETS
            .iter()
            .position(|subset| value.trim().eq_ignore_ascii_case(subset))
    };
    column.values().iter().map(index).collect()
}
