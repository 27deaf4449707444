//! Columns by their names, and the error for those that are taken.

use anyhow::anyhow;
use relevance_data::table::find_kept;

use super::super::input::input_error;
use crate::exit::WrongUsage;

/// Finds the kept column with this name, once, among those of the file `file`.
pub fn find(name: &str, columns: &[String], file: &str) -> anyhow::Result<usize> {
    let columns: Vec<_> = columns.iter().map(String::as_str).collect();
    find_kept(&columns, name, file, "columns").map_err(input_error)
}

/// Checks that none of the added columns is in the table.
pub fn check_added(added: &[String], columns: &[String]) -> anyhow::Result<()> {
    match added.iter().find(|added| columns.contains(added)) {
        Some(taken) => Err(existing(taken)),
        None => Ok(()),
    }
}

/// The error for an added column that the table has.
pub fn existing(added: &str) -> anyhow::Error {
    WrongUsage(anyhow!(
        "the table has a column `{added}` already: add `--prefix NAME`, as in `--prefix predicted_`, or leave it out by `--keep`"
    ))
    .into()
}
