//! Rows of text tables to records of CSV.

use relevance_runtime::ScoredText;

use super::added::{Added, write_cell};
use super::csv_block::{CsvRows, CsvTable, KeptColumns};
use super::json_block::JsonRows;
use super::json_columns::JsonColumn;

/// CSV with this delimiter and the added columns at the end.
#[derive(Debug)]
pub struct CsvTarget {
    pub delimiter: u8,
    pub added: Added,
}

impl CsvTarget {
    /// Writes the header of a table of CSV: as it is, if all of it is kept.
    pub fn copy_header(&self, table: &CsvTable, kept: Option<&[usize]>, encoded: &mut Vec<u8>) {
        match (kept, &table.header) {
            (None, Some(header)) if self.is_dialect_of(table) => {
                encoded.extend_from_slice(header.as_bytes());
                self.added.write_csv_header(encoded, self.delimiter, false);
                encoded.extend_from_slice(table.line_break.as_bytes());
            }
            _ => {
                let names = KeptColumns { table, kept }.names();
                self.write_header(names.into_iter(), table.line_break, encoded);
            }
        }
    }

    /// Returns whether the records of the table can be written as they are.
    fn is_dialect_of(&self, table: &CsvTable) -> bool {
        let dialect = &table.layout.dialect;
        dialect.delimiter() == self.delimiter && dialect.has_plain_quotes()
    }

    /// Writes a header of these columns and the added ones.
    pub fn write_header<'a>(
        &self,
        columns: impl Iterator<Item = &'a String>,
        line_break: &str,
        encoded: &mut Vec<u8>,
    ) {
        let mut is_first = true;
        for name in columns {
            self.write_cell(name, &mut is_first, encoded);
        }
        self.added
            .write_csv_header(encoded, self.delimiter, is_first);
        encoded.extend_from_slice(line_break.as_bytes());
    }

    /// Writes records of CSV: their bytes, if all of them are kept and the dialect is the same.
    pub fn copy_records(
        &self,
        rows: &CsvRows<'_>,
        columns: &KeptColumns<'_>,
        scores: &[ScoredText],
        encoded: &mut Vec<u8>,
    ) -> anyhow::Result<()> {
        let KeptColumns { table, kept } = columns;
        let is_copied = kept.is_none() && self.is_dialect_of(table);
        let indices = columns.indices();
        for (row, score) in rows.rows().zip(scores) {
            let mut is_first = true;
            if is_copied {
                encoded.extend_from_slice(row.bytes().as_bytes());
                is_first = false;
            } else {
                for &column in indices.as_ref() {
                    self.write_cell(row.value(column), &mut is_first, encoded);
                }
            }
            self.added
                .write_csv(encoded, score, self.delimiter, is_first)?;
            encoded.extend_from_slice(table.line_break.as_bytes());
        }
        Ok(())
    }

    /// Writes objects as records.
    pub fn write_objects(
        &self,
        rows: &JsonRows<'_>,
        columns: &[JsonColumn],
        scores: &[ScoredText],
        encoded: &mut Vec<u8>,
    ) -> anyhow::Result<()> {
        for (row, score) in rows.iter().zip(scores) {
            let mut is_first = true;
            for column in columns {
                let cell = column.cell(row)?.unwrap_or_default();
                self.write_cell(&cell, &mut is_first, encoded);
            }
            self.added
                .write_csv(encoded, score, self.delimiter, is_first)?;
            encoded.push(b'\n');
        }
        Ok(())
    }

    fn write_cell(&self, value: &str, is_first: &mut bool, encoded: &mut Vec<u8>) {
        if !std::mem::take(is_first) {
            encoded.push(self.delimiter);
        }
        write_cell(encoded, value, self.delimiter);
    }
}
