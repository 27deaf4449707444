//! Prediction for the rows of a table.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use relevance_runtime::Session;

use super::super::destination::Destination;
use super::super::endings::{Compression, Ending, TableKind};
use super::super::format::Output;
use super::super::input::{open_input, start_progress};
use super::super::output_format::OutputFormat;
use super::super::table_arguments::TableArguments;
use super::super::workers::Work;
use super::added::Added;
use super::columns::find;
use super::csv_target::CsvTarget;
use super::json_columns;
use super::open::{OpenTable, Reading, open_table, reopen};
use super::row_groups::RowGroups;
use super::table_block::Table;
use super::table_format::{Plan, TableFormat, Target, parquet_schema};
use crate::progress::Progress;

/// Minimum size of a block that becomes a row group.
const ROW_GROUP_BYTES: usize = 4 << 20;
/// Minimum size of a block that is compressed.
const COMPRESSED_BYTES: usize = 1 << 20;

/// A table, and where its predictions go.
pub struct TableJob<'a> {
    pub arguments: &'a TableArguments,
    pub text_column: &'a str,
    pub input: &'a Path,
    pub output: Option<&'a Path>,
    pub format: Option<OutputFormat>,
    pub threads: NonZeroUsize,
}

impl TableJob<'_> {
    /// Writes the rows with their predictions, and returns their number.
    pub fn run(&self, session: &Arc<Session>) -> anyhow::Result<u64> {
        let file = open_input(self.input)?;
        let destination = Destination::open(self.output)?;
        let step = start_progress(&file, &destination)?;
        let added = Added::new(&self.arguments.prefix, session.info().labels.clone());

        let reading = Reading {
            path: self.input,
            arguments: self.arguments,
            text: self.text_column,
            added: &added.names,
            min_bytes: self.min_bytes(),
        };
        let open = open_table(file, reading, &step)?;
        let format = OutputFormat::for_table(self.format, self.output, open.kind)?;
        let OpenTable { input, kind } = open;
        let plan = self.plan(&input.table, kind, format, added)?;

        let format = TableFormat::new(Arc::new(plan));
        let output = Output::open(&format, &destination)?;
        let work = Arc::new(Work::new(Arc::clone(session), input, output));
        let rows = work.run(&format, self.threads)?;
        destination.keep()?;
        Ok(rows)
    }

    fn plan(
        &self,
        table: &Table,
        kind: TableKind,
        format: OutputFormat,
        added: Added,
    ) -> anyhow::Result<Plan> {
        let keep = &self.arguments.keep;
        let kept = match table {
            Table::Csv(table) if !keep.is_empty() => {
                let indices = keep.iter().map(|name| find(name, &table.columns));
                Some(indices.collect::<anyhow::Result<Vec<_>>>()?)
            }
            _ => None,
        };
        let columns = match table {
            Table::Json(table) if format != OutputFormat::Jsonl => {
                let step = Progress::Hidden.start("predict");
                json_columns::find(reopen(self.input, &step)?, table)?
            }
            _ => Vec::new(),
        };
        let types = match table {
            Table::Batches(table) => table.types.clone(),
            _ => Vec::new(),
        };

        let target = match format {
            OutputFormat::Parquet => {
                let schema = parquet_schema(table, kept.as_deref(), &columns, &added);
                Target::Parquet(RowGroups::new(schema, &types)?)
            }
            OutputFormat::Csv | OutputFormat::Tsv => {
                if let Table::Batches(table) = table {
                    table.check_flat()?;
                }
                Target::Csv(CsvTarget {
                    delimiter: self.delimiter(format, kind),
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

    /// The delimiter of the output: that of `--delimiter` if the input has it and the output is of the same kind.
    fn delimiter(&self, format: OutputFormat, input: TableKind) -> u8 {
        match (format, input, self.arguments.delimiter) {
            (OutputFormat::Csv, TableKind::Csv, Some(delimiter))
            | (OutputFormat::Tsv, TableKind::Tsv, Some(delimiter)) => delimiter,
            (OutputFormat::Tsv, _, _) => b'\t',
            _ => b',',
        }
    }

    fn compression(&self, format: OutputFormat) -> anyhow::Result<Compression> {
        let compression = self
            .output
            .map_or(Compression::None, |path| Ending::of(path).compression);
        if format == OutputFormat::Parquet && compression != Compression::None {
            anyhow::bail!(
                "Parquet is compressed inside: write it into a file that ends in `.parquet`"
            );
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
