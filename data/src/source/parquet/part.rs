//! One Parquet file: the needed columns, one row group after the other.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::Path;
use std::sync::Arc;

use parquet::column::reader::get_column_reader;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, RowGroupReader, SerializedFileReader};

use super::column::ParquetColumn;
use super::pages::CheckedPages;
use super::panics::catch_quietly;
use super::partitions::Partition;
use super::schema::{Needed, Place, find_columns};
use crate::error::DataError;
use crate::magic;
use crate::source::row::{Row, Visit, recycle};
use crate::source::settings::SourceSettings;

/// Rows per decoded batch of a column.
const BATCH_ROWS: usize = 1024;

/// Parquet file on disk.
pub(super) struct Part<'p> {
    pub path: &'p Path,
    /// Name in messages.
    pub name: &'p str,
    pub settings: &'p SourceSettings,
    /// Columns that are not in the file.
    pub partitions: &'p [Partition],
}

/// Column that is open.
enum Column {
    Decoded(Box<ParquetColumn>),
    /// The value of all rows.
    Same(String),
}

impl Column {
    /// Returns the value of a row of the batch; a decoded one is written into `memory`.
    fn render<'v>(&'v self, row: usize, memory: &'v mut String) -> Result<&'v str, &'static str> {
        match self {
            Self::Decoded(column) => column.render(row, memory),
            Self::Same(value) => Ok(value),
        }
    }
}

impl Part<'_> {
    /// Reads the rows.
    pub fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        let reader = self.open()?;
        let schema = reader.metadata().file_metadata().schema_descr();
        let needed = find_columns(schema, self.partitions, self.settings, self.name)?;

        let mut row = 0;
        for index in 0..reader.num_row_groups() {
            let group = self.decode(|| reader.get_row_group(index))?;
            row = self.read_group(group.as_ref(), &needed, row, visit)?;
        }
        Ok(())
    }

    fn open(&self) -> Result<SerializedFileReader<File>, DataError> {
        let mut file = File::open(self.path).map_err(DataError::file("open", self.name))?;
        let mut magic = Vec::new();
        let length = magic::PARQUET.len() as u64;
        file.by_ref()
            .take(length)
            .read_to_end(&mut magic)
            .and_then(|_| file.rewind())
            .map_err(DataError::file("read", self.name))?;

        if magic != magic::PARQUET {
            return Err(DataError::NotParquet {
                file: self.name.to_owned(),
                cause: if magic.is_empty() {
                    "it is empty"
                } else {
                    "it does not begin with `PAR1`"
                },
            });
        }
        self.decode(|| SerializedFileReader::new(file))
    }

    /// Reads the row group behind so many rows and returns the number of its last row.
    fn read_group(
        &self,
        group: &dyn RowGroupReader,
        needed: &[Needed],
        mut number: u64,
        visit: &mut Visit<'_>,
    ) -> Result<u64, DataError> {
        let mut columns = self.open_columns(group, needed)?;
        let mut rendered = vec![String::new(); needed.len()];
        let mut memory = Vec::new();
        let mut missing = usize::try_from(group.metadata().num_rows())
            .map_err(|_| self.malformed("data", "a row group has a negative length".to_owned()))?;

        while missing > 0 {
            let rows = missing.min(BATCH_ROWS);
            missing -= rows;
            self.read_batch(&mut columns, needed, rows)?;

            for row in 0..rows {
                number += 1;
                let mut values = recycle(memory);
                for ((column, needed), rendered) in columns.iter().zip(needed).zip(&mut rendered) {
                    let value = column.render(row, rendered).map_err(|cause| {
                        let cause = format!("the {} {cause}", needed.role);
                        self.malformed(&format!("row {number}"), cause)
                    })?;
                    values.push(Cow::Borrowed(value));
                }

                visit(Row::of_values(number, &values))?;
                memory = recycle(values);
            }
        }
        Ok(number)
    }

    fn open_columns(
        &self,
        group: &dyn RowGroupReader,
        needed: &[Needed],
    ) -> Result<Vec<Column>, DataError> {
        let open = |needed: &Needed| {
            let leaf = match &needed.place {
                Place::Leaf(leaf) => *leaf,
                Place::Folder(value) => return Ok(Column::Same(value.clone())),
            };
            let pages = self.decode(|| group.get_column_page_reader(leaf))?;
            let descriptor = group.metadata().schema_descr().column(leaf);
            let reader = get_column_reader(Arc::clone(&descriptor), Box::new(CheckedPages(pages)));

            ParquetColumn::new(reader, &descriptor)
                .map(|column| Column::Decoded(Box::new(column)))
                .map_err(|cause| self.malformed("schema", format!("the {} {cause}", needed.role)))
        };
        needed.iter().map(open).collect()
    }

    /// Decodes the next rows of every column.
    fn read_batch(
        &self,
        columns: &mut [Column],
        needed: &[Needed],
        rows: usize,
    ) -> Result<(), DataError> {
        for (column, needed) in columns.iter_mut().zip(needed) {
            let Column::Decoded(column) = column else {
                continue;
            };
            if self.decode(|| column.read(rows))? != rows {
                return Err(self.malformed(
                    "data",
                    format!("the {} has fewer rows than its row group", needed.role),
                ));
            }
        }

        Ok(())
    }

    /// Calls the decoder, which panics on some damaged files.
    fn decode<T>(&self, decode: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, DataError> {
        let damaged = || self.malformed("data", DAMAGED.to_owned());
        let decoded = catch_quietly(decode).ok_or_else(damaged)?;
        decoded.map_err(|error| self.malformed("data", describe(&error)))
    }

    fn malformed(&self, location: &str, cause: String) -> DataError {
        DataError::Malformed {
            file: self.name.to_owned(),
            location: location.to_owned(),
            cause,
        }
    }
}

const DAMAGED: &str = "the Parquet file is damaged or truncated";

/// Describes an error of the decoder, whose own messages are of its internals.
fn describe(error: &ParquetError) -> String {
    match error {
        ParquetError::General(message) if message.contains("encrypt") => {
            "the Parquet file is encrypted, which is not supported".to_owned()
        }
        ParquetError::NYI(message) => {
            format!("the Parquet file has what is not supported: {message}")
        }
        ParquetError::External(cause) => format!("{DAMAGED}: {cause}"),
        _ => DAMAGED.to_owned(),
    }
}
