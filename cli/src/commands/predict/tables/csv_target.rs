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
        match kept {
            None if self.delimiter == table.delimiter => {
                encoded.extend_from_slice(table.header.as_bytes());
                self.added.write_csv_header(encoded, self.delimiter, false);
                encoded.extend_from_slice(table.line_break.as_bytes());
            }
            None => self.write_header(table.columns.iter(), table.line_break, encoded),
            Some(kept) => {
                let names = kept.iter().map(|&column| &table.columns[column]);
                self.write_header(names, table.line_break, encoded);
            }
        }
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

    /// Writes records of CSV: the bytes of what is kept, if the delimiter is the same.
    pub fn copy_records(
        &self,
        rows: &CsvRows<'_>,
        columns: &KeptColumns<'_>,
        scores: &[ScoredText],
        encoded: &mut Vec<u8>,
    ) -> anyhow::Result<()> {
        let KeptColumns { table, kept } = columns;
        let is_same = self.delimiter == table.delimiter;
        let indices = columns.indices();
        for ((raw, fields), score) in rows.raw_records().zip(rows.raw_fields()).zip(scores) {
            let mut is_first = true;
            if is_same && kept.is_none() {
                encoded.extend_from_slice(raw.as_bytes());
                is_first = false;
            } else {
                for &column in indices.as_ref() {
                    if is_same {
                        self.write_raw(fields.raw(column), &mut is_first, encoded);
                    } else {
                        self.write_cell(&fields.value(column), &mut is_first, encoded);
                    }
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

    fn write_raw(&self, field: &str, is_first: &mut bool, encoded: &mut Vec<u8>) {
        if !std::mem::take(is_first) {
            encoded.push(self.delimiter);
        }
        encoded.extend_from_slice(field.as_bytes());
    }
}
