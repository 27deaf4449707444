//! Prediction for plain texts: those of the command line, or the lines of an input.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

#[cfg(not(feature = "train"))]
use anyhow::anyhow;
use relevance_runtime::Session;

use super::destination::Destination;
use super::encoding::shell_name;
use super::format::{Format, Output, ScoredTexts};
use super::input::{open_input, start_progress};
use super::line_format::{LineFormat, LineKind};
use super::lines::{Block, Lines};
use super::output_format::OutputFormat;
#[cfg(feature = "train")]
use super::parquet_format::ParquetFormat;
use super::start::{check_encoding, check_name, check_start};
use super::workers::{Work, score};
#[cfg(not(feature = "train"))]
use crate::exit::WrongUsage;

/// Plain texts, and where their predictions go.
#[derive(Clone, Copy)]
pub struct PlainJob<'a> {
    pub source: PlainSource<'a>,
    pub output: Option<&'a Path>,
    pub format: OutputFormat,
    pub threads: NonZeroUsize,
}

#[derive(Clone, Copy)]
pub enum PlainSource<'a> {
    /// Texts of the command line.
    Texts(&'a [String]),
    /// Lines of an input, which may look like a table only if `--lines` is given.
    Lines { input: &'a Path, are_explicit: bool },
}

impl PlainJob<'_> {
    /// Writes the predictions, and returns their number.
    pub fn run(self, session: &Arc<Session>) -> anyhow::Result<u64> {
        let labels = session.info().labels.clone();
        let delimited = |delimiter| -> anyhow::Result<LineKind> {
            let scores = session.score(&[""], session.info().threshold)?;
            Ok(LineKind::Csv {
                delimiter,
                counts_terms: scores.iter().any(|score| score.known_terms.is_some()),
            })
        };
        match self.format {
            OutputFormat::Text => self.write(session, &LineFormat::new(LineKind::Text, labels)),
            OutputFormat::Jsonl => self.write(session, &LineFormat::new(LineKind::Jsonl, labels)),
            OutputFormat::Csv => self.write(session, &LineFormat::new(delimited(b',')?, labels)),
            OutputFormat::Tsv => self.write(session, &LineFormat::new(delimited(b'\t')?, labels)),
            #[cfg(feature = "train")]
            OutputFormat::Parquet => self.write(session, &ParquetFormat::new(&labels)?),
            #[cfg(not(feature = "train"))]
            OutputFormat::Parquet => Err(WrongUsage(anyhow!(
                "this build does not write Parquet: choose `jsonl` or `csv`, or take the full build"
            ))
            .into()),
        }
    }

    fn write<F: Format<Block = Block>>(
        self,
        session: &Arc<Session>,
        format: &F,
    ) -> anyhow::Result<u64> {
        match self.source {
            PlainSource::Texts(texts) => self.write_texts(texts, session, format.clone()),
            PlainSource::Lines {
                input,
                are_explicit,
            } => self.write_lines(input, are_explicit, session, format),
        }
    }

    fn write_texts<F: Format<Block = Block>>(
        self,
        texts: &[String],
        session: &Arc<Session>,
        mut format: F,
    ) -> anyhow::Result<u64> {
        let destination = Destination::open(self.output)?;
        let mut output = Output::open(&format, &destination)?;
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut scores = Vec::new();
        score(session, &texts, &mut scores)?;

        let batch = ScoredTexts {
            texts: &texts,
            scores: &scores,
            is_first: true,
        };
        format.encode(&texts, &batch)?;
        output.write(&mut format)?;
        output.finish()?;
        destination.keep()?;
        Ok(texts.len() as u64)
    }

    fn write_lines<F: Format<Block = Block>>(
        self,
        path: &Path,
        are_explicit: bool,
        session: &Arc<Session>,
        format: &F,
    ) -> anyhow::Result<u64> {
        if !are_explicit {
            check_name(path)?;
        }
        let input = open_input(path)?;
        let destination = Destination::open(self.output)?;
        let step = start_progress(&input, &destination)?;
        let name: Arc<str> = shell_name(path).into();
        let mut lines = Lines::new(input, F::MIN_BATCH_BYTES, step.clone(), Arc::clone(&name));
        lines.check_start(|start| {
            if !are_explicit {
                check_start(start)?;
            }
            check_encoding(start, &name)
        })?;

        let output = Output::open(format, &destination)?;
        let work = Arc::new(Work::new(Arc::clone(session), lines, output));
        let rows = work.run(format, self.threads)?;
        destination.keep()?;
        Ok(rows)
    }
}
