//! Tables in Parquet: batches of rows, read by one thread at a time.

use std::fs::File;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow_cast::cast;
use arrow_schema::{DataType, FieldRef, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::basic::{Encoding, Type as PhysicalType};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::schema::types::{ColumnPath, TypePtr};
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
    /// Number of rows that were read.
    rows: u64,
}

/// Rows that are read at once.
pub struct Batch {
    pub rows: RecordBatch,
    /// Number of the first row in the file, from 1.
    first: u64,
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
    /// Name of the file in messages.
    pub name: String,
    /// The texts in a batch.
    text: TextPath,
    /// The texts in the file.
    pub text_path: ColumnPath,
    /// Indices of the columns that are kept, in their order.
    kept: Vec<usize>,
    /// The kept columns.
    pub schema: Schema,
    /// Their Parquet types.
    pub types: Vec<TypePtr>,
    /// Columns and fields that are not encoded with a dictionary alone.
    pub distinct: Vec<ColumnPath>,
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
        let metadata =
            read_metadata(&file).with_context(|| format!("`{name}` cannot be read as Parquet"))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
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
        let groups = builder.metadata().row_groups();
        let table = BatchTable {
            name: name.to_owned(),
            text_path: text.in_file(&schema),
            text: TextPath {
                column: place(text.column),
                ..text
            },
            kept: kept.iter().map(|&index| place(index)).collect(),
            schema: kept_schema(&schema, &kept, keep.is_empty()),
            types,
            distinct: distinct(groups),
        };

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
            rows: 0,
        };
        Ok((reader, table))
    }

    /// Reads the next batch, unless the file has ended.
    pub fn read(&mut self) -> anyhow::Result<Option<Batch>> {
        let Some(rows) = self.reader.next().transpose()? else {
            return Ok(None);
        };

        let first = self.rows + 1;
        let count = rows.num_rows() as u64;
        self.rows += count;
        self.step
            .add_bytes(usize::try_from(self.bytes_per_row * count)?);
        Ok(Some(Batch { rows, first }))
    }
}

impl BatchTable {
    /// The texts, without nulls.
    pub fn texts(&self, batch: &Batch) -> anyhow::Result<StringArray> {
        let mut column = batch.rows.column(self.text.column);
        let mut groups = Vec::new();
        for &field in &self.text.fields {
            let group = column.as_struct();
            groups.push(group);
            column = group.column(field);
        }

        let texts = self.to_text(column, "text", batch.first)?;
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

    /// Converts a column to text, which is UTF-8 in each row; `first` is the number of the first one.
    fn to_text(&self, column: &ArrayRef, role: &str, first: u64) -> anyhow::Result<ArrayRef> {
        // A text that is not UTF-8 becomes null.
        let plain = cast(column, &in_utc(column.data_type()))?;
        let texts = cast(&plain, &DataType::Utf8)?;
        if texts.null_count() > plain.logical_null_count() {
            let is_lost = |&row: &usize| plain.is_valid(row) && texts.is_null(row);
            let row = (0..plain.len()).find(is_lost).unwrap_or_default() as u64;
            bail!(
                "`{}`, row {}: the {role} is not UTF-8",
                self.name,
                first + row
            );
        }
        Ok(texts)
    }

    /// The columns that are kept.
    pub fn keep(&self, batch: &RecordBatch) -> anyhow::Result<RecordBatch> {
        Ok(batch.project(&self.kept)?)
    }

    /// The columns that are kept as text formats need them: times in UTC, and bytes as text.
    pub fn keep_for_text(&self, batch: &Batch) -> anyhow::Result<RecordBatch> {
        let kept = self.keep(&batch.rows)?;
        let (mut fields, mut columns) = (Vec::new(), Vec::new());
        for (field, column) in kept.schema().fields().iter().zip(kept.columns()) {
            let column = if field.data_type().is_binary() {
                let role = format!("column `{}`", field.name());
                self.to_text(column, &role, batch.first).context(
                    "text formats take bytes as text: leave the column out with `--keep`, or write `--format parquet`",
                )?
            } else {
                cast(column, &in_utc(field.data_type()))?
            };
            fields.push(
                field
                    .as_ref()
                    .clone()
                    .with_data_type(column.data_type().clone()),
            );
            columns.push(column);
        }

        let schema = Arc::new(Schema::new(fields));
        let options = RecordBatchOptions::new().with_row_count(Some(kept.num_rows()));
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

/// Reads the metadata; dates that are stored as days are read as days, and stay so when they are
/// written, also if the schema of the program that wrote them has milliseconds.
fn read_metadata(file: &File) -> Result<ArrowReaderMetadata, ParquetError> {
    let metadata = ArrowReaderMetadata::load(file, ArrowReaderOptions::default())?;
    let types = metadata.parquet_schema().root_schema().get_fields();
    let are_days = |field: &FieldRef, stored: &TypePtr| {
        *field.data_type() == DataType::Date64
            && stored.is_primitive()
            && stored.get_physical_type() == PhysicalType::INT32
    };
    let fields = metadata.schema().fields().iter().zip(types);
    let fields = fields.map(|(field, stored)| {
        if are_days(field, stored) {
            Arc::new(field.as_ref().clone().with_data_type(DataType::Date32))
        } else {
            Arc::clone(field)
        }
    });

    let fields: Vec<_> = fields.collect();
    let schema = Schema::new_with_metadata(fields, metadata.schema().metadata().clone());
    if schema == **metadata.schema() {
        return Ok(metadata);
    }
    let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
    ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options)
}

/// Columns and fields for which the writer of the file gave up its dictionary, or had none.
fn distinct(groups: &[RowGroupMetaData]) -> Vec<ColumnPath> {
    let is_distinct = |chunk: &&ColumnChunkMetaData| {
        chunk.page_encoding_stats_mask().is_some_and(|encodings| {
            !encodings.is_only(Encoding::RLE_DICTIONARY)
                && !encodings.is_only(Encoding::PLAIN_DICTIONARY)
        })
    };

    let chunks = groups.iter().flat_map(RowGroupMetaData::columns);
    let mut paths: Vec<_> = chunks
        .filter(is_distinct)
        .map(|chunk| chunk.column_path().clone())
        .collect();
    paths.sort_unstable_by(|left, right| left.parts().cmp(right.parts()));
    paths.dedup();
    paths
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
