//! Parquet source: reads the needed columns, one row group after the other.

mod column;

use std::borrow::Cow;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, RowGroupReader, SerializedFileReader};
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor};

use self::column::ParquetColumn;
use crate::error::DataError;
use crate::source::columns::{Columns, role};
use crate::source::file::SourceFile;
use crate::source::row::{Row, Source, Visit, recycle};
use crate::source::settings::SourceSettings;

/// Rows per decoded batch of a column.
const BATCH_ROWS: usize = 1024;

/// Source of the rows in a Parquet file: text, numbers, booleans, dates and timestamps in columns
/// that are not nested.
pub(super) struct Parquet {
    pub file: SourceFile,
    pub settings: SourceSettings,
}

/// Column that is read.
struct Needed {
    /// Index among the file's leaf columns.
    leaf: usize,
    /// Name in messages.
    role: String,
    is_label: bool,
}

impl Source for Parquet {
    fn name(&self) -> String {
        self.file.name()
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        let name = self.name();
        let on_disk = self.file.on_disk()?;
        let file = File::open(&on_disk.path).map_err(DataError::file("open", &name))?;
        let reader = self.decode(|| SerializedFileReader::new(file))?;
        let needed = self.find_columns(reader.metadata().file_metadata().schema_descr())?;

        let mut number = 0;
        for index in 0..reader.num_row_groups() {
            let group = self.decode(|| reader.get_row_group(index))?;
            number = self.read_group(group.as_ref(), &needed, number, visit)?;
        }
        Ok(())
    }
}

impl Parquet {
    /// Finds the needed columns, in the order text, label, further columns.
    fn find_columns(&self, schema: &SchemaDescriptor) -> Result<Vec<Needed>, DataError> {
        let fields: Vec<_> = schema
            .root_schema()
            .get_fields()
            .iter()
            .map(|field| field.name())
            .collect();
        let columns = Columns::find(&fields, &self.settings, &self.name(), "schema")?;

        let needed = columns.indices().enumerate().map(|(index, field)| {
            let role = role(index, &self.settings);
            let is_field = |column: &ColumnDescPtr| {
                column.path().parts() == [fields[field]] && column.max_rep_level() == 0
            };
            let leaf = schema.columns().iter().position(is_field).ok_or_else(|| {
                let cause = format!("the {role} is nested or repeated; expected a plain column");
                self.malformed("schema", cause)
            })?;

            Ok(Needed {
                leaf,
                role,
                is_label: index == 1,
            })
        });
        needed.collect()
    }

    /// Reads the row group that follows row `number` and returns the number of its last row.
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
                    let value = column
                        .render(row, needed.is_label, rendered)
                        .map_err(|cause| {
                            let cause = format!("the {} {cause}", needed.role);
                            self.malformed(&format!("row {number}"), cause)
                        })?;
                    values.push(Cow::Borrowed(value));
                }

                visit(Row {
                    number,
                    text: &values[0],
                    label: &values[1],
                    columns: &values[2..],
                    ..Row::default()
                })?;
                memory = recycle(values);
            }
        }
        Ok(number)
    }

    fn open_columns(
        &self,
        group: &dyn RowGroupReader,
        needed: &[Needed],
    ) -> Result<Vec<ParquetColumn>, DataError> {
        let open = |needed: &Needed| {
            let reader = self.decode(|| group.get_column_reader(needed.leaf))?;
            let descriptor = group.metadata().schema_descr().column(needed.leaf);

            ParquetColumn::new(reader, &descriptor)
                .map_err(|cause| self.malformed("schema", format!("the {} {cause}", needed.role)))
        };
        needed.iter().map(open).collect()
    }

    /// Decodes the next rows of every column.
    fn read_batch(
        &self,
        columns: &mut [ParquetColumn],
        needed: &[Needed],
        rows: usize,
    ) -> Result<(), DataError> {
        for (column, needed) in columns.iter_mut().zip(needed) {
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
        match catch_unwind(AssertUnwindSafe(decode)) {
            Ok(Ok(decoded)) => Ok(decoded),
            Ok(Err(error)) => Err(self.malformed("data", error.to_string())),
            Err(_) => Err(self.malformed("data", "Parquet error: it is damaged".to_owned())),
        }
    }

    fn malformed(&self, location: &str, cause: String) -> DataError {
        DataError::Malformed {
            file: self.name(),
            location: location.to_owned(),
            cause,
        }
    }
}
