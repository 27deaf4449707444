//! Tables in Parquet: batches of rows, read by one thread at a time.

use std::fs::File;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, RecordBatch, RecordBatchOptions, StringArray};
use arrow_cast::{CastOptions, cast, cast_with_options};
use arrow_schema::{DataType, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::RowGroupMetaData;
use parquet::schema::types::TypePtr;
use relevance_data::SourceSettings;

use super::columns::{check_added, find};
use super::text_path::{TextPath, in_utc};
use crate::exit::WrongUsage;
use crate::progress::Step;

/// Size of a batch, by the uncompressed size of the file.
const BATCH_BYTES: u64 = 16 << 20;
/// Minimum and maximum number of rows of a batch.
const BATCH_ROWS: (u64, u64) = (64, 64 << 10);

/// Reads a file in batches.
pub struct BatchReader {
    reader: ParquetRecordBatchReader,
    step: Step,
    /// Bytes of the file for each row, for the progress.
    bytes_per_row: u64,
}

/// Columns that are read and added.
#[derive(Clone, Copy)]
pub struct BatchColumns<'a> {
    /// They name the column of the texts.
    pub settings: &'a SourceSettings,
    /// Columns that are kept; all without any.
    pub keep: &'a [String],
    pub added: &'a [String],
}

/// Settings that all batches of a file share.
#[derive(Debug)]
pub struct BatchTable {
    /// The texts in a batch.
    text: TextPath,
    /// Indices of the columns that are kept, in their order.
    kept: Vec<usize>,
    /// The kept columns.
    pub schema: Schema,
    /// Their Parquet types.
    pub types: Vec<TypePtr>,
}

impl BatchReader {
    /// Opens the file, which is called `name` in messages.
    pub fn open(
        file: File,
        name: &str,
        columns: BatchColumns<'_>,
        step: Step,
    ) -> anyhow::Result<(Self, BatchTable)> {
        let BatchColumns {
            settings,
            keep,
            added,
        } = columns;
        let size = file.metadata()?.len();
        let builder = ParquetRecordBatchReaderBuilder::try_new(file)
            .with_context(|| format!("`{name}` cannot be read as Parquet"))?;
        let schema = Arc::clone(builder.schema());
        let names: Vec<String> = schema
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();

        let text = TextPath::find(&schema, settings, name)?;
        let kept = if keep.is_empty() {
            (0..names.len()).collect()
        } else {
            keep.iter()
                .map(|kept| find(kept, &names, name))
                .collect::<Result<Vec<_>, _>>()?
        };
        check_added(
            added,
            &kept
                .iter()
                .map(|&index| names[index].clone())
                .collect::<Vec<_>>(),
        )?;

        let all_types = builder.parquet_schema().root_schema().get_fields();
        let types = kept
            .iter()
            .map(|&index| Arc::clone(&all_types[index]))
            .collect();
        let mut read: Vec<usize> = kept.iter().copied().chain([text.column]).collect();
        read.sort_unstable();
        read.dedup();
        let place = |index: usize| read.binary_search(&index).unwrap_or_default();
        let table = BatchTable {
            text: TextPath {
                column: place(text.column),
                ..text
            },
            kept: kept.iter().map(|&index| place(index)).collect(),
            schema: kept_schema(&schema, &kept, keep.is_empty()),
            types,
        };

        let groups = builder.metadata().row_groups();
        let bytes = groups
            .iter()
            .map(RowGroupMetaData::total_byte_size)
            .sum::<i64>();
        let rows = groups.iter().map(RowGroupMetaData::num_rows).sum::<i64>();
        let (bytes, rows) = (u64::try_from(bytes)?, u64::try_from(rows)?.max(1));
        let batch_rows = (BATCH_BYTES / (bytes / rows).max(1)).clamp(BATCH_ROWS.0, BATCH_ROWS.1);

        let mask = ProjectionMask::roots(builder.parquet_schema(), read.iter().copied());
        let reader = builder
            .with_projection(mask)
            .with_batch_size(usize::try_from(batch_rows)?)
            .build()?;
        let reader = Self {
            reader,
            step,
            bytes_per_row: size / rows,
        };
        Ok((reader, table))
    }

    /// Reads the next batch, unless the file has ended.
    pub fn read(&mut self) -> anyhow::Result<Option<RecordBatch>> {
        let batch = self.reader.next().transpose()?;
        if let Some(batch) = &batch {
            let bytes = self.bytes_per_row * batch.num_rows() as u64;
            self.step.add_bytes(usize::try_from(bytes)?);
        }
        Ok(batch)
    }
}

impl BatchTable {
    /// The texts, without nulls.
    pub fn texts(&self, batch: &RecordBatch) -> anyhow::Result<StringArray> {
        let mut column = batch.column(self.text.column);
        let mut groups = Vec::new();
        for &field in &self.text.fields {
            let group = column.as_struct();
            groups.push(group);
            column = group.column(field);
        }

        let options = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        let plain = cast(column, &in_utc(column.data_type()))?;
        let texts =
            cast_with_options(&plain, &DataType::Utf8, &options).context("a text is not UTF-8")?;
        let texts = texts.as_string::<i32>();
        if groups.is_empty() {
            return Ok(texts.clone());
        }
        let is_there = |row: usize| groups.iter().all(|group| group.is_valid(row));
        let rows = texts.iter().enumerate();
        Ok(rows
            .map(|(row, text)| text.filter(|_| is_there(row)))
            .collect())
    }

    /// The columns that are kept.
    pub fn keep(&self, batch: &RecordBatch) -> anyhow::Result<RecordBatch> {
        Ok(batch.project(&self.kept)?)
    }

    /// The columns that are kept, with times in UTC, as text formats need them.
    pub fn keep_for_text(&self, batch: &RecordBatch) -> anyhow::Result<RecordBatch> {
        let batch = self.keep(batch)?;
        let (mut fields, mut columns) = (Vec::new(), Vec::new());
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            let kind = in_utc(field.data_type());
            columns.push(cast(column, &kind)?);
            fields.push(field.as_ref().clone().with_data_type(kind));
        }
        let schema = Arc::new(Schema::new(fields));
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(
            schema, columns, &options,
        )?)
    }

    /// Refuses columns that have no form in CSV.
    pub fn check_flat(&self) -> anyhow::Result<()> {
        let nested = self
            .schema
            .fields()
            .iter()
            .filter(|field| !is_flat(field.data_type()));
        let names: Vec<_> = nested
            .map(|field| format!("`{}`", field.name()))
            .take(20)
            .collect();
        if names.is_empty() {
            return Ok(());
        }
        Err(WrongUsage(anyhow!(
            "CSV has no lists or structures, as in {}: choose columns with `--keep`, or write `--format jsonl` or `parquet`",
            names.join(", ")
        ))
        .into())
    }
}

/// The kept columns; pandas's notes on the table are kept only with all columns.
fn kept_schema(schema: &Schema, kept: &[usize], is_whole: bool) -> Schema {
    let fields = kept
        .iter()
        .map(|&index| Arc::clone(&schema.fields()[index]));
    let mut metadata = schema.metadata().clone();
    metadata.retain(|key, _| is_whole && key == "pandas");
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), metadata)
}

fn is_flat(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, value) => !value.is_nested(),
        other => !other.is_nested(),
    }
}
