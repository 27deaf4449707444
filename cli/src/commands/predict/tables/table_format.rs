//! Formats of tables: the rows with the added columns, encoded and compressed on every thread.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context as _;
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::Schema;
use flate2::write::GzEncoder;
use parquet::arrow::arrow_writer::ArrowColumnChunk;
use relevance_runtime::ScoredText;

use super::super::endings::Compression;
use super::super::format::{Format, ScoredTexts};
use super::added::Added;
use super::batches::{Batch, BatchTable};
use super::csv_block::{CsvRows, CsvTable, KeptColumns};
use super::csv_target::CsvTarget;
use super::json_columns::JsonColumn;
use super::json_target;
use super::row_groups::{self, ParquetSink, RowGroups};
use super::table_block::{Table, TableBlock, TableRows};

/// A format of a table.
pub struct TableFormat {
    plan: Arc<Plan>,
    encoded: Vec<u8>,
    chunks: Vec<ArrowColumnChunk>,
}

/// Columns and format that are written of a table.
pub struct Plan {
    pub table: Table,
    pub added: Added,
    pub target: Target,
    pub compression: Compression,
    /// Indices of the columns of CSV that are kept; all without any.
    pub kept: Option<Vec<usize>>,
    /// Columns of JSON lines that become CSV or Parquet.
    pub columns: Vec<JsonColumn>,
}

/// Format of the output.
pub enum Target {
    Csv(CsvTarget),
    Jsonl,
    Parquet(RowGroups),
}

/// An open output.
pub enum TableSink {
    Bytes(Box<dyn Write + Send>),
    Parquet(Box<ParquetSink>),
}

impl TableFormat {
    pub const fn new(plan: Arc<Plan>) -> Self {
        Self {
            plan,
            encoded: Vec::new(),
            chunks: Vec::new(),
        }
    }

    fn compress(&mut self) -> anyhow::Result<()> {
        if self.encoded.is_empty() {
            return Ok(());
        }
        match self.plan.compression {
            Compression::None => {}
            Compression::Gzip => {
                let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::default());
                gzip.write_all(&self.encoded)?;
                self.encoded = gzip.finish()?;
            }
            Compression::Zstd => {
                self.encoded = zstd::encode_all(self.encoded.as_slice(), 0)?;
            }
        }
        Ok(())
    }
}

impl Clone for TableFormat {
    /// Shares the plan, and not what is encoded.
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.plan))
    }
}

impl Format for TableFormat {
    type Block = TableBlock;
    type Sink = TableSink;

    const MIN_BATCH_BYTES: usize = 0;

    fn open(&self, file: Box<dyn Write + Send>) -> anyhow::Result<TableSink> {
        Ok(match &self.plan.target {
            Target::Parquet(groups) => TableSink::Parquet(Box::new(groups.open(file)?)),
            Target::Csv(_) | Target::Jsonl => TableSink::Bytes(file),
        })
    }

    fn encode(&mut self, rows: &TableRows<'_>, scored: &ScoredTexts<'_>) -> anyhow::Result<()> {
        self.encoded.clear();
        self.chunks.clear();
        let plan = Arc::clone(&self.plan);
        if scored.is_first {
            plan.write_header(&mut self.encoded);
        }

        match &plan.target {
            Target::Csv(target) => {
                plan.write_csv(target, rows, scored.scores, &mut self.encoded)?;
            }
            Target::Jsonl => plan.write_json(rows, scored.scores, &mut self.encoded)?,
            Target::Parquet(groups) => {
                if let Some(batch) = plan.batch(rows, scored.scores, groups)? {
                    self.chunks = groups.encode(&batch)?;
                }
            }
        }
        self.compress()
    }

    fn encode_empty(&mut self) -> anyhow::Result<()> {
        self.encoded.clear();
        self.chunks.clear();
        let plan = Arc::clone(&self.plan);
        plan.write_header(&mut self.encoded);
        self.compress()
    }

    fn write(&mut self, sink: &mut TableSink) -> anyhow::Result<()> {
        match sink {
            TableSink::Bytes(file) => Ok(file.write_all(&self.encoded)?),
            TableSink::Parquet(sink) => row_groups::write(sink, std::mem::take(&mut self.chunks)),
        }
    }

    fn finish(sink: &mut TableSink) -> anyhow::Result<()> {
        match sink {
            TableSink::Bytes(file) => Ok(file.flush()?),
            TableSink::Parquet(sink) => {
                sink.finish()?;
                Ok(sink.inner_mut().flush()?)
            }
        }
    }
}

impl Plan {
    /// Writes the header, if the format has one.
    fn write_header(&self, encoded: &mut Vec<u8>) {
        let Target::Csv(target) = &self.target else {
            return;
        };
        match &self.table {
            Table::Csv(table) => target.copy_header(table, self.kept.as_deref(), encoded),
            Table::Json(_) => {
                let names = self.columns.iter().map(|column| &column.name);
                target.write_header(names, "\n", encoded);
            }
            Table::Batches(table) => {
                let names = table.schema.fields().iter().map(|field| field.name());
                target.write_header(names, "\n", encoded);
            }
        }
    }

    fn write_csv(
        &self,
        target: &CsvTarget,
        rows: &TableRows<'_>,
        scores: &[ScoredText],
        encoded: &mut Vec<u8>,
    ) -> anyhow::Result<()> {
        match (rows, &self.table) {
            (TableRows::Csv(rows), Table::Csv(table)) => {
                target.copy_records(rows, &self.kept_columns(table), scores, encoded)
            }
            (TableRows::Json(rows), _) => {
                target.write_objects(rows, &self.columns, scores, encoded)
            }
            (TableRows::Batch(batch, _), Table::Batches(table)) => {
                let batch = self.text_batch(table, batch, &self.added.arrays(scores, true))?;
                let mut writer = arrow_csv::WriterBuilder::new()
                    .with_header(false)
                    .with_delimiter(target.delimiter)
                    .build(encoded);
                Ok(writer.write(&batch)?)
            }
            _ => Ok(()),
        }
    }

    fn write_json(
        &self,
        rows: &TableRows<'_>,
        scores: &[ScoredText],
        encoded: &mut Vec<u8>,
    ) -> anyhow::Result<()> {
        match (rows, &self.table) {
            (TableRows::Csv(rows), Table::Csv(table)) => {
                let columns = self.kept_columns(table);
                json_target::write_records(rows, &columns, &self.added, scores, encoded)?;
            }
            (TableRows::Json(rows), Table::Json(table)) => {
                json_target::copy_objects(rows, &table.keep, &self.added, scores, encoded)?;
            }
            (TableRows::Batch(batch, _), Table::Batches(table)) => {
                let batch = self.text_batch(table, batch, &self.added.arrays(scores, false))?;
                let mut writer = arrow_json::WriterBuilder::new()
                    .with_explicit_nulls(true)
                    .build::<_, arrow_json::writer::LineDelimited>(encoded);
                writer.write(&batch)?;
                writer.finish()?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The rows as a batch for Parquet.
    fn batch(
        &self,
        rows: &TableRows<'_>,
        scores: &[ScoredText],
        groups: &RowGroups,
    ) -> anyhow::Result<Option<RecordBatch>> {
        let mut columns: Vec<ArrayRef> = match (rows, &self.table) {
            (TableRows::Csv(rows), Table::Csv(table)) => self.strings(rows, table),
            (TableRows::Json(rows), _) => {
                let arrays = self.columns.iter().map(|column| column.array(rows));
                arrays.collect::<anyhow::Result<_>>()?
            }
            (TableRows::Batch(batch, _), Table::Batches(table)) => {
                table.keep(&batch.rows)?.columns().to_vec()
            }
            _ => return Ok(None),
        };
        columns.extend(self.added.arrays(scores, false));
        let batch = RecordBatch::try_new(Arc::clone(&groups.schema), columns)
            .context("the rows do not fit the columns of the table")?;
        Ok(Some(batch))
    }

    fn kept_columns<'t>(&'t self, table: &'t CsvTable) -> KeptColumns<'t> {
        KeptColumns {
            table,
            kept: self.kept.as_deref(),
        }
    }

    /// The kept columns of CSV.
    fn strings(&self, rows: &CsvRows<'_>, table: &CsvTable) -> Vec<ArrayRef> {
        let column = |index: usize| -> ArrayRef {
            let values = rows.rows().map(|row| row.value(index));
            Arc::new(StringArray::from_iter_values(values))
        };
        let indices = self.kept_columns(table).indices();
        indices.iter().map(|&index| column(index)).collect()
    }

    /// The kept columns of a batch as text formats write them, and the added ones.
    fn text_batch(
        &self,
        table: &BatchTable,
        batch: &Batch,
        added: &[ArrayRef],
    ) -> anyhow::Result<RecordBatch> {
        let batch = table.keep_for_text(batch)?;
        let fields = batch.schema().fields().iter().cloned().collect::<Vec<_>>();
        let new = self.added.fields().map(Arc::new);
        let schema = Schema::new(fields.into_iter().chain(new).collect::<Vec<_>>());
        let columns = batch.columns().iter().chain(added).cloned().collect();
        Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
    }
}
