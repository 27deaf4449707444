//! `relevance train`: source and settings to a version in the store.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use relevance_data::table::{is_pattern, matches};
use relevance_models::Store;
use relevance_train::{FittedElsewhere, Report, Settings};
use serde::Serialize;

use crate::arguments::StoreArguments;
use crate::arguments::training::{DataArguments, ExamplesArguments, SettingsArguments};
use crate::files::is_url;
use crate::progress::Progress;
use crate::workflow::ProductionComparison;
use crate::workflow::publish::Published;
use crate::workflow::training_run::TrainingRun;
use crate::{async_runtime, files, output};

#[derive(Debug, Args)]
pub struct TrainArguments {
    /// File for the pipeline as JSON.
    #[arg(long, value_name = "FILE")]
    pipeline: Option<PathBuf>,
    /// Measure and publish a pipeline that another program fitted, as JSON, instead of fitting one.
    ///
    /// The rows choose its threshold and measure it. Rows that it was fitted on must be in the training subset: with
    /// `--split-by subset --split-column NAME` a column names the subset of each row.
    #[arg(long, value_name = "FILE")]
    fitted: Option<PathBuf>,
    /// Set the alias `production` as well.
    #[arg(long)]
    promote: bool,
    /// Print what was trained and published as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    training: TrainingArguments,
}

/// Flags of a training run.
#[derive(Debug, Args)]
pub struct TrainingArguments {
    #[command(flatten)]
    source: DataArguments,
    #[command(flatten)]
    store: StoreArguments,
    #[command(flatten)]
    examples: ExamplesArguments,
    #[command(flatten)]
    settings: SettingsArguments,
    /// Shared library of onnxruntime; with it the exported file is verified on that engine too.
    #[arg(
        long,
        env = "ORT_DYLIB_PATH",
        value_name = "FILE",
        help_heading = "Verification"
    )]
    onnxruntime: Option<PathBuf>,
}

/// Output of `--json`.
#[derive(Serialize)]
struct Output<'a> {
    name: &'a str,
    version: u64,
    is_new: bool,
    report: &'a Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<&'a ProductionComparison>,
}

pub fn run(arguments: &TrainArguments) -> anyhow::Result<()> {
    let (settings, store) = arguments.training.open()?;
    if let Some(path) = &arguments.pipeline {
        files::check_writable(path)?;
        if path.is_file() {
            let read = arguments.files_read(&settings)?;
            files::check_not_read(path, read.iter().map(OsString::as_os_str))?;
        }
    }
    let fitted = arguments.fitted.as_deref().map(read_fitted).transpose()?;
    let run = TrainingRun {
        fitted: fitted.as_ref(),
        ..arguments.training.training_run(&settings, &store)
    };
    let runtime = async_runtime::start()?;
    let candidate = runtime.block_on(run.prepare())?;

    if let Some(path) = &arguments.pipeline {
        let pipeline = serde_json::to_string(&candidate.trained.pipeline)?;
        files::write_file(path, pipeline.as_bytes())?;
    }

    let Published { manifest, is_new } = runtime.block_on(async {
        let published = run.publish(&candidate).await?;
        if arguments.promote {
            run.promote(&published).await?;
        }
        anyhow::Ok(published)
    })?;

    if arguments.json {
        output::print_json(&Output {
            name: &settings.name,
            version: manifest.version,
            is_new,
            report: &candidate.trained.report,
            comparison: candidate.comparison.as_ref(),
        })?;
    }
    Ok(())
}

impl TrainArguments {
    /// Paths of the files that the run reads.
    fn files_read(&self, settings: &Settings) -> anyhow::Result<Vec<OsString>> {
        let flags = &self.training;
        let mut read = Vec::new();
        for location in &flags.source.data {
            let local = location.to_str().filter(|text| !is_url(text.as_ref()));
            match local.filter(|text| is_pattern(text)) {
                Some(pattern) => read.extend(matches(pattern)?.into_iter().map(|it| it.location)),
                None => read.push(location.clone()),
            }
        }

        let others = [
            self.fitted.as_ref(),
            flags.settings.file(),
            settings.model_checks.must_pass.as_ref(),
        ];
        let others = others.into_iter().flatten();
        read.extend(others.map(|path| path.clone().into_os_string()));
        Ok(read)
    }
}

/// Reads a pipeline that was fitted elsewhere.
fn read_fitted(path: &Path) -> anyhow::Result<FittedElsewhere> {
    let json = files::read_file(path)?;
    FittedElsewhere::from_json(&json)
        .with_context(|| format!("`{}` is not a pipeline", path.display()))
}

impl TrainingArguments {
    /// Reads the settings and opens the store.
    pub fn open(&self) -> anyhow::Result<(Settings, Store)> {
        Ok((self.settings.read()?, self.store.open()?))
    }

    /// The run that the flags describe.
    pub fn training_run<'a>(&'a self, settings: &'a Settings, store: &'a Store) -> TrainingRun<'a> {
        TrainingRun {
            locations: &self.source.data,
            settings,
            fitted: None,
            store,
            onnxruntime: self.onnxruntime.as_deref(),
            progress: Progress::Stderr,
            texts: self.examples.shown(),
        }
    }
}
