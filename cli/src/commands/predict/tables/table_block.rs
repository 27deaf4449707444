//! Blocks of tables of every kind, as threads read and parse them.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::{Array as _, StringArray};
use relevance_data::{DataError, excerpt};

use super::super::input::input_error;
use super::super::rows::{Block, Input, Rows};
use super::batches::{Batch, BatchReader, BatchTable};
use super::csv_block::{CsvRows, CsvTable, KeptColumns};
use super::json_block::{JsonRows, JsonTable};
use super::text_block::{TextBlock, TextInput};

/// A table that is read.
pub struct TableInput {
    pub reader: TableReader,
    pub table: Table,
}

pub enum TableReader {
    Text(TextInput),
    Batches(BatchReader),
}

/// Settings that all rows of a table share.
#[derive(Clone, Debug)]
pub enum Table {
    Csv(Arc<CsvTable>),
    Json(Arc<JsonTable>),
    Batches(Arc<BatchTable>),
}

impl Table {
    /// Refuses a name of two columns in a format of names and values; `kept` are the columns of CSV.
    pub fn check_distinct_names(&self, kept: Option<&[usize]>) -> anyhow::Result<()> {
        let (names, file): (Vec<&String>, _) = match self {
            Self::Csv(table) => {
                let kept = KeptColumns { table, kept };
                (kept.names(), &*table.name)
            }
            Self::Batches(table) => {
                let fields = table.schema.fields().iter();
                (fields.map(|field| field.name()).collect(), &*table.name)
            }
            // Objects are checked one by one.
            Self::Json(_) => return Ok(()),
        };

        let mut seen = HashSet::new();
        match names.iter().find(|name| !seen.insert(**name)) {
            None => Ok(()),
            Some(name) => Err(input_error(DataError::Columns {
                file: file.to_owned(),
                location: "columns".to_owned(),
                cause: format!(
                    "the column {} is there twice: rename one of the two, leave it out with \
                     `--keep`, or write `--format csv`",
                    excerpt(name)
                ),
                existing: names.iter().map(ToString::to_string).collect(),
            })),
        }
    }
}

/// Rows as they are read.
#[derive(Default)]
pub struct TableBlock {
    table: Option<Table>,
    text: TextBlock,
    batch: Option<Batch>,
}

/// Rows of a block.
pub enum TableRows<'a> {
    None,
    Csv(CsvRows<'a>),
    Json(JsonRows<'a>),
    Batch(&'a Batch, StringArray),
}

impl Input for TableInput {
    type Block = TableBlock;

    fn read(&mut self, block: &mut TableBlock) -> anyhow::Result<bool> {
        block.table.get_or_insert_with(|| self.table.clone());
        match &mut self.reader {
            TableReader::Text(reader) => reader.read(&mut block.text),
            TableReader::Batches(reader) => {
                block.batch = reader.read()?;
                Ok(block.batch.is_some())
            }
        }
    }
}

impl Block for TableBlock {
    type Rows<'a> = TableRows<'a>;

    fn rows(&self) -> (TableRows<'_>, Option<anyhow::Error>) {
        match (&self.table, &self.batch) {
            (Some(Table::Csv(table)), _) => {
                let (rows, error) = CsvRows::parse(&self.text, table);
                (TableRows::Csv(rows), error)
            }
            (Some(Table::Json(table)), _) => {
                let (rows, error) = JsonRows::parse(&self.text, table);
                (TableRows::Json(rows), error)
            }
            (Some(Table::Batches(table)), Some(batch)) => match table.texts(batch) {
                Ok(texts) => (TableRows::Batch(batch, texts), None),
                Err(error) => (TableRows::None, Some(error)),
            },
            _ => (TableRows::None, None),
        }
    }
}

impl Rows for TableRows<'_> {
    fn count(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Csv(rows) => rows.count(),
            Self::Json(rows) => rows.count(),
            Self::Batch(_, texts) => texts.len(),
        }
    }

    fn texts(&self) -> Vec<&str> {
        match self {
            Self::None => Vec::new(),
            Self::Csv(rows) => rows.texts(),
            Self::Json(rows) => rows.texts(),
            Self::Batch(_, texts) => texts.iter().map(Option::unwrap_or_default).collect(),
        }
    }
}
