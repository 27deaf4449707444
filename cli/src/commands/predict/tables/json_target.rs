//! Rows of text tables to lines of JSON.

use relevance_runtime::ScoredText;

use super::added::{Added, write_key};
use super::csv_block::{CsvRows, KeptColumns};
use super::json_block::{JsonRow, JsonRows};

/// Writes the objects: their bytes with the added members before the closing brace, or the members that are kept.
pub fn copy_objects(
    rows: &JsonRows<'_>,
    keep: &[String],
    added: &Added,
    scores: &[ScoredText],
    encoded: &mut Vec<u8>,
) -> serde_json::Result<()> {
    for (row, score) in rows.iter().zip(scores) {
        if keep.is_empty() {
            let open = row.raw.strip_suffix('}').unwrap_or(row.raw);
            encoded.extend_from_slice(open.as_bytes());
            let is_empty = open.trim_ascii_end().ends_with('{');
            if !is_empty {
                encoded.push(b',');
            }
        } else {
            encoded.push(b'{');
            write_kept(row, keep, encoded)?;
        }
        added.write_json(encoded, score)?;
        encoded.extend_from_slice(b"}\n");
    }
    Ok(())
}

/// Writes records of CSV as objects of strings.
pub fn write_records(
    rows: &CsvRows<'_>,
    columns: &KeptColumns<'_>,
    added: &Added,
    scores: &[ScoredText],
    encoded: &mut Vec<u8>,
) -> serde_json::Result<()> {
    let indices = columns.indices();
    for (row, score) in rows.rows().zip(scores) {
        encoded.push(b'{');
        for &column in indices.as_ref() {
            write_key(encoded, &columns.table.layout.columns[column])?;
            serde_json::to_writer(&mut *encoded, row.value(column))?;
            encoded.push(b',');
        }
        added.write_json(encoded, score)?;
        encoded.extend_from_slice(b"}\n");
    }
    Ok(())
}

/// Writes the kept members that the object has, each with a comma after it.
fn write_kept(row: &JsonRow<'_>, keep: &[String], encoded: &mut Vec<u8>) -> serde_json::Result<()> {
    for key in keep {
        if let Some(value) = row.get(key) {
            write_key(encoded, key)?;
            encoded.extend_from_slice(value.get().as_bytes());
            encoded.push(b',');
        }
    }
    Ok(())
}
