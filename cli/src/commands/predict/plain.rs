//! Prediction for plain texts: those of the command line, or the lines of an input.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

#[cfg(not(feature = "train"))]
use anyhow::anyhow;
use relevance_data::SourceSettings;
use relevance_runtime::Session;

use super::destination::Destination;
use super::format::{Format, Output, ScoredTexts};
use super::input::{cause_of, input_error, open_input, read_input, start_progress};
use super::line_format::{LineFormat, LineKind};
use super::lines::{Block, Lines};
use super::output_format::OutputFormat;
#[cfg(feature = "train")]
use super::parquet_format::ParquetFormat;
use super::start::{check_file, check_start};
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
    /// Lines of an input.
    Lines(LinesInput<'a>),
}

/// An input of one text a line.
#[derive(Clone, Copy)]
pub struct LinesInput<'a> {
    pub path: &'a Path,
    pub settings: &'a SourceSettings,
    /// Whether it may look like a table.
    pub are_explicit: bool,
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
            PlainSource::Lines(input) => self
                .write_lines(input, session, format)
                .map_err(|error| cause_of(error, input.path, input.settings)),
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
        input: LinesInput<'_>,
        session: &Arc<Session>,
        format: &F,
    ) -> anyhow::Result<u64> {
        let LinesInput {
            path,
            settings,
            are_explicit,
        } = input;
        // A stream is waited for when it is opened.
        let destination = Destination::open(self.output)?;
        let file = open_input(path, settings)?;
        if !are_explicit {
            check_file(path, &file)?;
        }

        let file = file.into_text(settings).map_err(input_error)?;
        let step = start_progress(path, &file, &destination);
        let input = read_input(&file, &step)?;
        let mut lines = Lines::new(input, F::MIN_BATCH_BYTES, file.name());
        lines.check_start(|start| {
            if are_explicit {
                return Ok(());
            }
            check_start(start, &file)
        })?;

        let output = Output::open(format, &destination)?;
        let work = Arc::new(Work::new(Arc::clone(session), lines, output));
        let rows = work.run(format, self.threads)?;
        destination.keep()?;
        Ok(rows)
    }
}
