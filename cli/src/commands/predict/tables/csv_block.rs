//! Blocks of CSV: whole records, parsed on the thread that scores them.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use anyhow::anyhow;

use super::super::encoding::not_utf_8;
use super::records::{End, Scanner};
use super::text_block::TextBlock;

/// Settings that all records of a table share.
#[derive(Debug)]
pub struct CsvTable {
    pub delimiter: u8,
    /// The header's names, without quotes.
    pub columns: Vec<String>,
    /// Index of the column of the texts.
    pub text: usize,
    /// The header's bytes, without its line break.
    pub header: String,
    /// Line break of the header, which the records get too.
    pub line_break: &'static str,
    /// Name of the file in commands.
    pub file: Arc<str>,
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
            None => (0..self.table.columns.len()).collect::<Vec<_>>().into(),
        }
    }
}

/// Records of a block.
pub struct CsvRows<'a> {
    bytes: &'a str,
    records: Vec<Record>,
    fields: Vec<Range<usize>>,
    texts: Vec<Cow<'a, str>>,
}

/// Where a record and its fields are.
#[derive(Debug)]
pub struct Record {
    bytes: Range<usize>,
    fields: Range<usize>,
}

impl<'a> CsvRows<'a> {
    /// Parses a block, up to the first record that cannot be read.
    pub fn parse(block: &'a TextBlock, table: &CsvTable) -> (Self, Option<anyhow::Error>) {
        let (bytes, invalid) = block.valid_text();
        let mut rows = Self {
            bytes,
            records: Vec::new(),
            fields: Vec::new(),
            texts: Vec::new(),
        };
        let error = rows.split(block.first_line, table, invalid.is_some());
        let error = error.err().or_else(|| {
            let line = block.first_line + invalid?;
            Some(not_utf_8(&table.file).context(format!("line {line}")))
        });
        rows.texts = rows
            .records
            .iter()
            .map(|record| unquote(&bytes[rows.fields[record.fields.start + table.text].clone()]))
            .collect();
        (rows, error)
    }

    /// Finds the records and fields; a record that is cut by an invalid byte is left out.
    fn split(&mut self, first_line: u64, table: &CsvTable, is_cut: bool) -> anyhow::Result<()> {
        let mut scanner = Scanner::new(table.delimiter);
        let (mut line, mut record_line, mut quote_line) = (first_line, first_line, first_line);
        let (mut record, mut field, mut first_field) = (0, 0, 0);

        for (index, byte) in self.bytes.bytes().enumerate() {
            let was_quoted = scanner.is_quoted();
            let end = scanner.advance(byte);
            if scanner.is_quoted() && !was_quoted {
                quote_line = line;
            }
            line += u64::from(byte == b'\n');
            if end == End::Nothing {
                continue;
            }

            self.fields.push(field..index);
            field = index + 1;
            if end == End::Record {
                self.push(record..index, first_field, record_line, table)?;
                (record, first_field, record_line) = (index + 1, self.fields.len(), line);
            }
        }

        if is_cut || record == self.bytes.len() {
            self.fields.truncate(first_field);
            return Ok(());
        }
        if scanner.is_quoted() {
            return Err(anyhow!(
                "line {quote_line}: the quote that opens there is never closed"
            ));
        }
        self.fields.push(field..self.bytes.len());
        self.push(record..self.bytes.len(), first_field, record_line, table)
    }

    /// Adds a record unless it is a blank line.
    fn push(
        &mut self,
        bytes: Range<usize>,
        first_field: usize,
        line: u64,
        table: &CsvTable,
    ) -> anyhow::Result<()> {
        if bytes.is_empty() {
            self.fields.truncate(first_field);
            return Ok(());
        }

        let fields = first_field..self.fields.len();
        if fields.len() != table.columns.len() {
            let (got, want) = (fields.len(), table.columns.len());
            self.fields.truncate(first_field);
            return Err(anyhow!(
                "line {line}: a row of {got} fields in a table of {want} columns; is `--delimiter` needed, or a quote missing?"
            ));
        }
        self.records.push(Record { bytes, fields });
        Ok(())
    }

    pub fn texts(&self) -> &[Cow<'a, str>] {
        &self.texts
    }

    /// The bytes of each record, without its line break.
    pub fn raw_records(&self) -> impl Iterator<Item = &str> {
        self.records
            .iter()
            .map(|record| &self.bytes[record.bytes.clone()])
    }

    /// The fields of each record, as they are in the file.
    pub fn raw_fields(&self) -> impl Iterator<Item = RawFields<'_>> {
        self.records.iter().map(|record| RawFields {
            bytes: self.bytes,
            fields: &self.fields[record.fields.clone()],
        })
    }
}

/// The fields of a record, with their quotes.
#[derive(Clone, Copy)]
pub struct RawFields<'a> {
    bytes: &'a str,
    fields: &'a [Range<usize>],
}

impl<'a> RawFields<'a> {
    pub fn raw(&self, column: usize) -> &'a str {
        &self.bytes[self.fields[column].clone()]
    }

    pub fn value(&self, column: usize) -> Cow<'a, str> {
        unquote(self.raw(column))
    }
}

/// Returns the value of a field.
pub fn unquote(field: &str) -> Cow<'_, str> {
    let Some(quoted) = field.strip_prefix('"') else {
        return Cow::Borrowed(field);
    };
    if let Some(inner) = quoted.strip_suffix('"')
        && !inner.contains('"')
    {
        return Cow::Borrowed(inner);
    }

    // The text behind the closing quote belongs to the value as it is.
    let (mut value, mut rest) = (String::new(), quoted);
    while let Some((before, after)) = rest.split_once('"') {
        value.push_str(before);
        rest = after;
        let Some(more) = rest.strip_prefix('"') else {
            break;
        };
        value.push('"');
        rest = more;
    }
    value.push_str(rest);
    Cow::Owned(value)
}
