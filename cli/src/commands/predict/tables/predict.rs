//! Prediction for the rows of a table.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use anyhow::anyhow;
use relevance_data::SourceSettings;
use relevance_runtime::Session;

use super::super::destination::Destination;
use super::super::endings::{Compression, Ending, TableKind};
use super::super::format::Output;
use super::super::input::{cause_of, open_input, start_progress};
use super::super::output_format::OutputFormat;
use super::super::workers::Work;
use super::added::Added;
use super::columns::find;
use super::csv_target::CsvTarget;
use super::json_columns;
use super::open::{OpenTable, Reading};
use super::parquet_columns;
use super::row_groups::RowGroups;
use super::table_block::Table;
use super::table_format::{Plan, TableFormat, Target};
use crate::exit::WrongUsage;

/// Minimum size of a block that becomes a row group.
const ROW_GROUP_BYTES: usize = 4 << 20;
/// Minimum size of a block that is compressed.
const COMPRESSED_BYTES: usize = 1 << 20;

/// A table, and where its predictions go.
pub struct TableJob<'a> {
    /// Columns that are kept; all without any.
    pub keep: &'a [String],
    /// Start of the names of the added columns.
    pub prefix: &'a str,
    pub settings: &'a SourceSettings,
    pub input: &'a Path,
    pub output: Option<&'a Path>,
    pub format: Option<OutputFormat>,
    pub threads: NonZeroUsize,
}

impl TableJob<'_> {
    /// Writes the rows with their predictions, and returns their number.
    pub fn run(&self, session: &Arc<Session>) -> anyhow::Result<u64> {
        self.write(session)
            .map_err(|error| cause_of(error, self.input, self.settings))
    }

    fn write(&self, session: &Arc<Session>) -> anyhow::Result<u64> {
        // A stream is waited for when it is opened.
        let destination = Destination::open(self.output)?;
        let file = open_input(self.input, self.settings)?;
        let step = start_progress(self.input, &file, &destination);
        let added = Added::new(self.prefix, session.info().labels.clone());

        let reading = Reading {
            path: self.input,
            settings: self.settings,
            keep: self.keep,
            added: &added.names,
            min_bytes: self.min_bytes(),
        };
        let OpenTable { mut input, kind } = reading.open(file, &step)?;
        let format = OutputFormat::for_table(self.format, self.output, kind)?;
        if let Table::Json(table) = &mut input.table {
            let is_json = matches!(format, OutputFormat::Jsonl | OutputFormat::Text);
            Arc::make_mut(table).are_copied = is_json && self.keep.is_empty();
        }
        let plan = self.plan(&input.table, &reading, format, added.clone())?;

        let format = TableFormat::new(Arc::new(plan));
        let output = Output::open(&format, &destination)?;
        let table = input.table.clone();
        let work = Arc::new(Work::new(Arc::clone(session), input, output));
        let rows = work.run(&format, self.threads)?;
        if let Table::Json(table) = &table
            && rows > 0
        {
            table.check_found()?;
        }
        destination.keep()?;
        Ok(rows)
    }

    fn plan(
        &self,
        table: &Table,
        reading: &Reading<'_>,
        format: OutputFormat,
        added: Added,
    ) -> anyhow::Result<Plan> {
        let keep = self.keep;
        let kept = match table {
            Table::Csv(table) if !keep.is_empty() => {
                let indices = keep
                    .iter()
                    .map(|name| find(name, &table.layout.columns, &table.name));
                Some(indices.collect::<anyhow::Result<Vec<_>>>()?)
            }
            _ => None,
        };
        if !matches!(format, OutputFormat::Csv | OutputFormat::Tsv) {
            table.check_distinct_names(kept.as_deref())?;
        }
        let columns = match table {
            Table::Json(table) if format != OutputFormat::Jsonl => {
                json_columns::find(reading.reopen()?, table)?
            }
            _ => Vec::new(),
        };
        let types = match table {
            Table::Batches(table) => table.types.clone(),
            _ => Vec::new(),
        };

        let target = match format {
            OutputFormat::Parquet => {
                let schema = parquet_columns::schema(table, kept.as_deref(), &columns, &added);
                let distinct = parquet_columns::distinct(table, &added);
                Target::Parquet(RowGroups::new(schema, &types, distinct)?)
            }
            OutputFormat::Csv | OutputFormat::Tsv => {
                if let Table::Batches(table) = table {
                    table.check_flat()?;
                }
                Target::Csv(CsvTarget {
                    delimiter: if format == OutputFormat::Tsv {
                        b'\t'
                    } else {
                        b','
                    },
                    added: added.clone(),
                })
            }
            OutputFormat::Jsonl | OutputFormat::Text => Target::Jsonl,
        };
        Ok(Plan {
            table: table.clone(),
            added,
            target,
            compression: self.compression(format)?,
            kept,
            columns,
        })
    }

    fn compression(&self, format: OutputFormat) -> anyhow::Result<Compression> {
        let compression = self
            .output
            .map_or(Compression::None, |path| Ending::of(path).compression);
        if format == OutputFormat::Parquet && compression != Compression::None {
            return Err(WrongUsage(anyhow!(
                "Parquet is compressed inside: write it into a file that ends in `.parquet`"
            ))
            .into());
        }
        Ok(compression)
    }

    fn min_bytes(&self) -> usize {
        let ending = self.output.map(Ending::of);
        let is_parquet = self.format == Some(OutputFormat::Parquet)
            || ending.as_ref().and_then(Ending::table) == Some(TableKind::Parquet);
        match ending {
            _ if is_parquet => ROW_GROUP_BYTES,
            Some(ending) if ending.compression != Compression::None => COMPRESSED_BYTES,
            _ => 0,
        }
    }
}
