//! Opens a table: its kind and its columns.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use relevance_data::table::{
    Dialect, Kind, Layout, Record, Records, SAMPLE_BYTES, SourceFile, begins_json,
};
use relevance_data::{DataError, SourceSettings};

use super::super::endings::{Ending, TableKind};
use super::super::input::{input_error, open_input, read_input};
use super::batches::{BatchColumns, BatchReader};
use super::columns::{check_added, find};
use super::csv_block::CsvTable;
use super::json_block::{FoundKeys, JsonTable};
use super::table_block::{Table, TableInput, TableReader};
use super::text_block::{TextInput, TextReader};
use crate::exit::WrongUsage;
use crate::progress::{Progress, Step};

/// Byte order mark of UTF-8, which a table of CSV keeps.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A table that is read, and its kind.
pub struct OpenTable {
    pub input: TableInput,
    pub kind: TableKind,
}

/// Reading of a table: its file, its columns and its blocks.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    pub path: &'a Path,
    pub settings: &'a SourceSettings,
    /// Columns that are kept; all without any.
    pub keep: &'a [String],
    /// Columns that are added.
    pub added: &'a [String; 3],
    /// Minimum size of the blocks of a text file.
    pub min_bytes: usize,
}

impl Reading<'_> {
    /// Opens the table in the file.
    pub fn open(&self, file: SourceFile, step: &Step) -> anyhow::Result<OpenTable> {
        let name: Arc<str> = file.name().into();
        let named = match file.find_kind() {
            // A table without rows has no bytes in JSON lines.
            Err(DataError::Empty { .. }) if self.is_named_json() => Some(Kind::Json),
            found => found.map_err(input_error)?,
        };
        let kind = match named {
            Some(Kind::Parquet) => return self.open_parquet(&file, &name, step),
            Some(Kind::Archive | Kind::Sqlite) => {
                return Err(anyhow!(
                    "`{name}` is a database: tables are predicted from CSV, JSON or Parquet; export the table first"
                ));
            }
            kind => kind,
        };

        let has_mark =
            file.first_bytes(BYTE_ORDER_MARK.len() as u64)? == BYTE_ORDER_MARK.as_bytes();
        let implied = file.implied_delimiter();
        let file = file.into_text(self.settings).map_err(input_error)?;
        let mut reader =
            TextReader::new(read_input(&file, step)?, Arc::clone(&name), self.min_bytes);
        let sample =
            reader.peek_until(SAMPLE_BYTES, |sample| self.is_enough(sample, kind, implied))?;
        let is_json = kind.map_or_else(|| begins_json(sample), |kind| kind == Kind::Json);
        if is_json {
            return Ok(self.open_json(reader, name));
        }

        let sample = &sample[..sample.len().min(SAMPLE_BYTES)];
        let dialect = Dialect::find(sample, self.settings, implied).map_err(input_error)?;
        let kind = match implied {
            Some(_) => TableKind::Tsv,
            None => TableKind::Csv,
        };
        let mark = if has_mark { BYTE_ORDER_MARK } else { "" };
        let input = self.open_csv(reader, dialect, &name, mark)?;
        Ok(OpenTable { input, kind })
    }

    /// Opens a file of JSON once more, to be read before the rows are.
    pub fn reopen(&self) -> anyhow::Result<TextInput> {
        let file = open_input(self.path, self.settings)?;
        if !file.is_repeatable() {
            return Err(WrongUsage(anyhow!(
                "JSON becomes CSV or Parquet from a file only, which is read twice for its columns: save it as a file, or write `--format jsonl`"
            ))
            .into());
        }
        let file = file.into_text(self.settings).map_err(input_error)?;
        let input = read_input(&file, &Progress::Hidden.start("predict"))?;
        let mut reader = TextReader::new(input, file.name().into(), 0);
        reader.peek_until(SAMPLE_BYTES, |_| false)?;
        Ok(reader.into_objects())
    }

    /// Returns whether the beginning of a text tells how to read it, whatever follows.
    fn is_enough(&self, sample: &[u8], kind: Option<Kind>, implied: Option<char>) -> bool {
        match sample.trim_ascii_start() {
            [] => false,
            [b'{' | b'[', inner @ ..] if inner.trim_ascii_start().is_empty() => false,
            _ => {
                kind == Some(Kind::Json)
                    || begins_json(sample)
                    || Dialect::is_certain(sample, self.settings, implied)
            }
        }
    }

    fn is_named_json(&self) -> bool {
        Ending::of(self.path).table() == Some(TableKind::Jsonl)
    }

    /// Name of the column of the texts.
    fn text(&self) -> &str {
        self.settings.text_column.as_deref().unwrap_or("text")
    }

    fn open_parquet(
        &self,
        file: &SourceFile,
        name: &str,
        step: &Step,
    ) -> anyhow::Result<OpenTable> {
        let on_disk = file.on_disk()?;
        let open = File::open(&on_disk.path).with_context(|| format!("cannot open `{name}`"))?;
        let columns = BatchColumns {
            settings: self.settings,
            keep: self.keep,
            added: self.added,
        };
        let (reader, table) = BatchReader::open(open, name, columns, step.clone())?;
        Ok(OpenTable {
            input: TableInput {
                reader: TableReader::Batches(reader),
                table: Table::Batches(Arc::new(table)),
            },
            kind: TableKind::Parquet,
        })
    }

    fn open_json(&self, reader: TextReader, name: Arc<str>) -> OpenTable {
        let table = JsonTable {
            text: self.text().to_owned(),
            settings: self.settings.clone(),
            added: self.added.clone(),
            keep: self.keep.to_vec(),
            found: Arc::new(FoundKeys::new(self.keep.len())),
            are_copied: false,
            name,
        };
        OpenTable {
            input: TableInput {
                reader: TableReader::Text(reader.into_objects()),
                table: Table::Json(Arc::new(table)),
            },
            kind: TableKind::Jsonl,
        }
    }

    /// `mark` is the byte order mark that the header of the output gets.
    fn open_csv(
        &self,
        mut reader: TextReader,
        dialect: Dialect,
        name: &str,
        mark: &str,
    ) -> anyhow::Result<TableInput> {
        reader.skip(dialect.separator_line_bytes);
        let skipped = reader.next_line() - 1;
        let bytes = reader.peek_record(dialect.record_ends())?;
        let mut first = Record::default();
        if !Records::new(bytes, name, &dialect, skipped).read(&mut first)? {
            return Err(DataError::Empty {
                file: name.to_owned(),
            }
            .into());
        }

        let length = bytes.len();
        let line_break = if bytes.ends_with(b"\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let header = if dialect.has_header {
            Some(mark.to_owned() + str::from_utf8(&bytes[first.range.clone()])?)
        } else {
            None
        };
        if header.is_some() {
            reader.skip(length);
        }

        let layout = Layout::new(dialect, first, name);
        self.check_columns(&layout, name)?;
        let table = CsvTable {
            text: layout.find_text(self.settings).map_err(input_error)?,
            layout,
            header,
            line_break,
            name: name.to_owned(),
        };
        Ok(TableInput {
            reader: TableReader::Text(reader.into_records(dialect.record_ends())),
            table: Table::Csv(Arc::new(table)),
        })
    }

    /// Checks the columns that are kept and added.
    fn check_columns(&self, layout: &Layout, name: &str) -> anyhow::Result<()> {
        if self.keep.is_empty() {
            return check_added(self.added, &layout.columns);
        }
        for kept in self.keep {
            find(kept, &layout.columns, name)?;
        }
        check_added(self.added, self.keep)
    }
}
