//! The command: flags, and the choice of input, format and destination.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;

use anyhow::anyhow;
use clap::Args;
use relevance_data::SourceSettings;
use relevance_runtime::Session;
use serde_json::{Value, json};

use super::many::{Input, Inputs, Outputs, Shard};
use super::model::PredictModel;
use super::output_format::OutputFormat;
use super::plain::{LinesInput, PlainJob, PlainSource};
use super::table_arguments::TableArguments;
#[cfg(feature = "train")]
use super::tables::TableJob;
#[cfg(feature = "train")]
use crate::arguments::training::ExamplesArguments;
use crate::arguments::{FileFormatArguments, at_least_one};
use crate::exit::WrongUsage;
use crate::files;

/// Flags of the command.
#[derive(Debug, Args)]
pub struct PredictArguments {
    /// Texts; without any `--input` is read.
    texts: Vec<String>,
    /// File with one text a line, or a table with `--text-column`; `-` is standard input, and a URL that of a web server or an
    /// object store (`https://`, `s3://`, `gs://`, `az://`). Given several times, or with a folder or a pattern such as
    /// `'texts/**/*.csv'`, also in an object store, each file's predictions go to a file of the same name in the folder
    /// `--output`, below the same folders.
    #[arg(
        long,
        short,
        value_name = "FILE",
        default_value = "-",
        conflicts_with = "texts"
    )]
    input: Vec<PathBuf>,
    /// Read plain lines, even from a file that looks like a table.
    #[arg(long, conflicts_with = "texts")]
    lines: bool,
    /// File for the predictions, also in an object store (`s3://`, `gs://`, `az://`), replaced once it is complete; standard
    /// output by default, or with `-`. With several inputs a folder, which gets a `_manifest.json` too.
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
    /// With several inputs, go on in a folder of earlier predictions: skip those that its manifest lists as done.
    #[arg(long, requires = "output")]
    resume: bool,
    /// With several inputs, take those of one shard: `I/N` for shard I of N, from 1. Inputs are dealt to shards by the hash of
    /// their names. `auto` is the task of a Cloud Run job, `auto/N` that of an indexed Kubernetes Job too.
    #[arg(long, env = "RELEVANCE_SHARD", value_name = "I/N", requires = "output")]
    shard: Option<Shard>,
    #[command(flatten)]
    model: PredictModel,
    /// Format of the predictions: `text` (label, probability, number of known terms and text with tabs between), `jsonl`, `csv`,
    /// `tsv`, or `parquet`, which needs `--output`; by default the ending of `--output`, else that of the table, else `text`.
    #[arg(long, short, value_enum)]
    format: Option<OutputFormat>,
    /// Number of threads; one per core by default. The predictions do not depend on it.
    #[arg(long, value_name = "NUMBER", value_parser = at_least_one::<usize>)]
    threads: Option<usize>,
    #[command(flatten)]
    table: TableArguments,
    #[cfg(feature = "train")]
    #[command(flatten)]
    examples: ExamplesArguments,
    #[command(flatten, next_help_heading = "Files")]
    file_format: FileFormatArguments,
}

/// Predicts for the texts, lines or rows that the flags name.
pub fn run(arguments: &PredictArguments) -> anyhow::Result<()> {
    let result = predict(arguments);
    #[cfg(feature = "train")]
    let result = result.map_err(|error| arguments.examples.redact(error));
    result
}

fn predict(arguments: &PredictArguments) -> anyhow::Result<()> {
    arguments.table.check()?;
    arguments.settings().validate()?;
    let threads = match arguments.threads.and_then(NonZeroUsize::new) {
        Some(threads) => threads,
        None => available_parallelism()?,
    };
    let output = arguments.output();
    if let Some(output) = output {
        files::check_not_read(output, arguments.model.file())?;
    }
    if !arguments.texts.is_empty() {
        if let Some(output) = output {
            check_no_folder(output)?;
        }
        let job = PlainJob {
            source: PlainSource::Texts(&arguments.texts),
            output,
            format: OutputFormat::for_lines(arguments.format, output)?,
            threads,
        };
        let session = Arc::new(Session::from_bytes(&arguments.model.read()?)?);
        return job.run(&session).map(drop);
    }

    match Inputs::find(&arguments.input, output)? {
        Inputs::One(_) if arguments.resume || arguments.shard.is_some() => Err(WrongUsage(
            anyhow!("`--resume` and `--shard` are for several inputs, a folder or a pattern"),
        )
        .into()),
        Inputs::One(input) => {
            if let Some(output) = output {
                files::check_not_read(output, [input.as_os_str()])?;
                check_no_folder(output)?;
            }
            arguments.check_format(output)?;
            let session = Arc::new(Session::from_bytes(&arguments.model.read()?)?);
            arguments
                .predict(&session, &input, output, threads)
                .map(drop)
        }
        Inputs::Many(inputs) => arguments.predict_many(&inputs, threads),
    }
}

/// Refuses a folder as the output of one input.
fn check_no_folder(output: &Path) -> anyhow::Result<()> {
    let is_named = output
        .to_str()
        .is_some_and(|name| name.ends_with(['/', std::path::MAIN_SEPARATOR]));
    if !is_named && !output.is_dir() {
        return Ok(());
    }
    Err(WrongUsage(anyhow!(
        "`{}` is a folder, and one input gives one file: name that file for `--output`",
        output.display()
    ))
    .into())
}

impl PredictArguments {
    /// Returns the path of the output; none for standard output.
    fn output(&self) -> Option<&Path> {
        let path = self.output.as_deref();
        path.filter(|path| path.as_os_str() != "-")
    }

    /// Writes a file of predictions for each input.
    fn predict_many(&self, inputs: &[Input], threads: NonZeroUsize) -> anyhow::Result<()> {
        let folder = self.output().ok_or_else(|| {
            WrongUsage(anyhow!(
                "several inputs give a file each: add `--output FOLDER`"
            ))
        })?;
        let outputs = Outputs {
            folder,
            format: self.format,
            may_resume: self.resume,
            are_tables: self.table.text_column.is_some(),
            shard: self.shard,
            flags: self.flags()?,
        };

        let files = outputs.plan(inputs)?;
        let model = self.model.read()?;
        let session = Arc::new(Session::from_bytes(&model)?);
        outputs.run(&files, &model, |input, output| {
            self.predict(&session, input, Some(output), threads)
        })
    }

    /// The flags that decide what an output has, as the manifest records them.
    fn flags(&self) -> anyhow::Result<Value> {
        let format = self.format.map(OutputFormat::name);
        let mut flags =
            json!({ "format": format, "keep": self.table.kept(), "prefix": self.table.prefix });

        // The settings of the source that differ from the defaults.
        let (given, defaults) = (self.settings(), SourceSettings::default());
        let (given, defaults) = (
            serde_json::to_value(given)?,
            serde_json::to_value(defaults)?,
        );
        for (name, value) in given.as_object().into_iter().flatten() {
            if defaults[name] != *value {
                flags[name] = value.clone();
            }
        }
        Ok(flags)
    }

    /// Finds mistakes in the format before the model is read.
    fn check_format(&self, output: Option<&Path>) -> anyhow::Result<()> {
        if self.table.text_column.is_none() {
            OutputFormat::for_lines(self.format, output)?;
        }
        Ok(())
    }

    /// Returns the settings of the inputs.
    fn settings(&self) -> SourceSettings {
        let mut settings = SourceSettings {
            text_column: self.table.text_column.clone(),
            ..SourceSettings::default()
        };
        self.file_format.apply(&mut settings);
        settings
    }

    /// Writes the predictions for an input, and returns their number.
    fn predict(
        &self,
        session: &Arc<Session>,
        input: &Path,
        output: Option<&Path>,
        threads: NonZeroUsize,
    ) -> anyhow::Result<u64> {
        let settings = self.settings();
        #[cfg(feature = "train")]
        if self.table.text_column.is_some() {
            let job = TableJob {
                keep: &self.table.kept(),
                prefix: &self.table.prefix,
                settings: &settings,
                input,
                output,
                format: self.format,
                threads,
            };
            return job.run(session);
        }

        let job = PlainJob {
            source: PlainSource::Lines(LinesInput {
                path: input,
                settings: &settings,
                are_explicit: self.lines,
            }),
            output,
            format: OutputFormat::for_lines(self.format, output)?,
            threads,
        };
        job.run(session)
    }
}
