//! Blocks of CSV: whole records, parsed on the thread that scores them.

use std::borrow::Cow;
use std::ops::Range;

use relevance_data::DataError;
use relevance_data::table::{Layout, Record, Records};

use super::text_block::TextBlock;

/// Settings that all records of a table share.
#[derive(Debug)]
pub struct CsvTable {
    pub layout: Layout,
    /// Index of the column of the texts.
    pub text: usize,
    /// The header's bytes, without its line break; none if the file has no header.
    pub header: Option<String>,
    /// Line break of the first record, which the others get too.
    pub line_break: &'static str,
    /// Name of the file in messages.
    pub name: String,
}

/// Columns of a table that are written.
#[derive(Clone, Copy)]
pub struct KeptColumns<'t> {
    pub table: &'t CsvTable,
    /// Their indices; all columns without any.
    pub kept: Option<&'t [usize]>,
}

impl<'t> KeptColumns<'t> {
    /// Returns the indices of the columns.
    pub fn indices(&self) -> Cow<'t, [usize]> {
        match self.kept {
            Some(kept) => kept.into(),
            None => (0..self.table.layout.columns.len())
                .collect::<Vec<_>>()
                .into(),
        }
    }

    /// Returns the names of the columns.
    pub fn names(&self) -> Vec<&'t String> {
        let name = |&index: &usize| &self.table.layout.columns[index];
        self.indices().iter().map(name).collect()
    }
}

/// Records of a block.
pub struct CsvRows<'a> {
    bytes: &'a str,
    /// Ranges of the records in the bytes.
    records: Vec<Range<usize>>,
    /// The values of all fields, one after the other.
    values: String,
    /// End of each value.
    ends: Vec<usize>,
    /// Number of columns.
    width: usize,
    /// Index of the column of the texts.
    text: usize,
}

impl<'a> CsvRows<'a> {
    /// Parses a block, up to the first record that cannot be read.
    pub fn parse(block: &'a TextBlock, table: &CsvTable) -> (Self, Option<anyhow::Error>) {
        let mut rows = Self {
            bytes: block.text(),
            records: Vec::new(),
            values: String::new(),
            ends: Vec::new(),
            width: table.layout.columns.len(),
            text: table.text,
        };
        let error = rows.read(block.first_line, table).err();
        (rows, error.map(Into::into))
    }

    fn read(&mut self, first_line: u64, table: &CsvTable) -> Result<(), DataError> {
        let CsvTable { layout, name, .. } = table;
        let text = self.bytes.as_bytes();
        let mut records = Records::new(text, name, &layout.dialect, first_line - 1);
        let mut record = Record::default();
        while records.read(&mut record)? {
            layout.check(&record)?;
            self.records.push(record.range.clone());
            for field in record.fields() {
                self.values.push_str(field);
                self.ends.push(self.values.len());
            }
        }
        Ok(())
    }

    pub const fn count(&self) -> usize {
        self.records.len()
    }

    pub fn texts(&self) -> Vec<&str> {
        self.rows().map(|row| row.value(self.text)).collect()
    }

    /// The records in order.
    pub fn rows(&self) -> impl Iterator<Item = CsvRow<'_>> {
        (0..self.count()).map(|index| CsvRow { rows: self, index })
    }
}

/// A record.
#[derive(Clone, Copy)]
pub struct CsvRow<'a> {
    rows: &'a CsvRows<'a>,
    index: usize,
}

impl<'a> CsvRow<'a> {
    /// Its bytes, without the line break.
    pub fn bytes(&self) -> &'a str {
        &self.rows.bytes[self.rows.records[self.index].clone()]
    }

    /// The value in a column.
    pub fn value(&self, column: usize) -> &'a str {
        let field = self.index * self.rows.width + column;
        let start = field
            .checked_sub(1)
            .map_or(0, |before| self.rows.ends[before]);
        &self.rows.values[start..self.rows.ends[field]]
    }
}
