//! The command: flags, and the choice of input, format and destination.

use std::fs::File;
use std::io::{self, IsTerminal as _, Seek as _};
use std::num::NonZeroUsize;
use std::os::fd::AsFd as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;

use anyhow::{Context as _, anyhow};
use clap::{Args, ValueEnum};
use relevance_runtime::Session;

use super::destination::Destination;
use super::format::{Format, Output, ScoredTexts};
use super::line_format::{LineFormat, LineKind};
use super::lines::Lines;
use super::model::PredictModel;
#[cfg(feature = "train")]
use super::parquet_format::ParquetFormat;
use super::workers::{Work, score};
use crate::exit::WrongUsage;
use crate::progress::{Progress, Step};

#[derive(Debug, Args)]
pub struct PredictArguments {
    /// Texts; without any `--input` is read.
    texts: Vec<String>,
    /// File with one text a line; `-` is standard input.
    #[arg(
        long,
        short,
        value_name = "FILE",
        default_value = "-",
        conflicts_with = "texts"
    )]
    input: PathBuf,
    /// File for the predictions, replaced once it is complete; standard output by default.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    model: PredictModel,
    /// Format of the predictions: `text` (label, probability, number of known terms and text with tabs between), `jsonl`, `csv`, or `parquet`, which
    /// needs `--output`; by default the extension of `--output`, else `text`.
    #[arg(long, short, value_enum)]
    format: Option<OutputFormat>,
    /// Number of threads; one per core by default. The predictions do not depend on it.
    #[arg(long, value_name = "NUMBER")]
    threads: Option<NonZeroUsize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    Text,
    Jsonl,
    Csv,
    Parquet,
}

pub fn run(arguments: &PredictArguments) -> anyhow::Result<()> {
    let format = arguments.format()?;
    let session = Session::from_bytes(&arguments.model.read()?)?;
    let labels = session.info().labels.clone();
    match format {
        OutputFormat::Text => arguments.predict(session, &LineFormat::new(LineKind::Text, labels)),
        OutputFormat::Jsonl => {
            arguments.predict(session, &LineFormat::new(LineKind::Jsonl, labels))
        }
        OutputFormat::Csv => arguments.predict(session, &LineFormat::new(LineKind::Csv, labels)),
        #[cfg(feature = "train")]
        OutputFormat::Parquet => arguments.predict(session, &ParquetFormat::new(&labels)?),
        #[cfg(not(feature = "train"))]
        OutputFormat::Parquet => Err(WrongUsage(anyhow!(
            "this build does not write Parquet: choose `jsonl` or `csv`, or take the full build"
        ))
        .into()),
    }
}

impl PredictArguments {
    fn predict<F: Format>(&self, session: Session, format: &F) -> anyhow::Result<()> {
        let input = if self.texts.is_empty() {
            Some(self.open()?)
        } else {
            None
        };
        let destination = Destination::open(self.output.as_deref())?;
        let mut output = Output::open(format, &destination)?;

        if let Some(input) = input {
            let step = start_progress(&input, &destination)?;
            let lines = Lines::new(input, F::MIN_BATCH_BYTES, step.clone());
            let threads = self.threads.map_or_else(available_parallelism, Ok)?;

            let work = Arc::new(Work::new(session, lines, output));
            work.run(format, threads)
                .with_context(|| format!("input `{}`", self.input.display()))?;
        } else {
            let mut format = format.clone();
            self.encode_texts(&session, &mut format)?;
            output.write(&mut format)?;
            output.finish()?;
        }
        destination.keep()
    }

    /// Scores and encodes the texts of the command line.
    fn encode_texts<F: Format>(&self, session: &Session, format: &mut F) -> anyhow::Result<()> {
        let texts: Vec<&str> = self.texts.iter().map(String::as_str).collect();
        let mut scores = Vec::new();
        score(session, &texts, &mut scores)?;

        format.encode(&ScoredTexts {
            texts: &texts,
            scores: &scores,
            is_first: true,
        })
    }

    fn open(&self) -> anyhow::Result<File> {
        if self.input.as_os_str() == "-" {
            // The standard library's handle would buffer more than one read.
            return Ok(io::stdin().as_fd().try_clone_to_owned()?.into());
        }
        File::open(&self.input).with_context(|| format!("cannot read `{}`", self.input.display()))
    }

    fn format(&self) -> anyhow::Result<OutputFormat> {
        let extension = self
            .output
            .as_ref()
            .and_then(|path| path.extension()?.to_str());
        let format = self
            .format
            .or_else(|| OutputFormat::from_str(extension?, true).ok())
            .unwrap_or(OutputFormat::Text);

        if format == OutputFormat::Parquet && self.output.is_none() {
            return Err(WrongUsage(anyhow!(
                "Parquet is written into a file: add `--output FILE`"
            ))
            .into());
        }
        Ok(format)
    }
}

/// Starts the progress, hidden where the texts are typed or the predictions are shown on a terminal.
fn start_progress(mut input: &File, destination: &Destination) -> anyhow::Result<Step> {
    if input.is_terminal() || destination.is_terminal() {
        return Ok(Progress::Hidden.start("predict"));
    }

    let metadata = input.metadata()?;
    let bytes = if metadata.is_file() {
        Some(metadata.len().saturating_sub(input.stream_position()?))
    } else {
        None
    };
    Ok(Progress::Stderr.start_reading("predict", bytes))
}
