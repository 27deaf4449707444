//! `relevance train`: source and settings to a version in the store.

use std::path::PathBuf;

use bytes::Bytes;
use clap::Args;
use relevance_data::Dataset;
use relevance_models::{Manifest, Store};
use relevance_train::{Metrics, Report, Settings, Trained, train};
use serde::Serialize;

use crate::arguments::{DataArguments, SettingsArguments, StoreArguments};
use crate::exit::Refused;
use crate::model::Extent;
use crate::steps::Step;
use crate::{model, output};

#[derive(Debug, Args)]
pub struct TrainArguments {
    #[command(flatten)]
    training: TrainingArguments,
    /// Write the pipeline as JSON too.
    #[arg(long, value_name = "FILE")]
    pipeline: Option<PathBuf>,
    /// Set the alias `production` as well.
    #[arg(long)]
    promote: bool,
    /// Print what was trained and published as JSON.
    #[arg(long)]
    json: bool,
}

/// From a source to a model that may be published.
#[derive(Debug, Args)]
pub struct TrainingArguments {
    #[command(flatten)]
    location: DataArguments,
    #[command(flatten)]
    pub store: StoreArguments,
    #[command(flatten)]
    pub settings: SettingsArguments,
    /// onnxruntime's shared library; with it the exported file is compared on that engine too.
    #[arg(long, env = "ORT_DYLIB_PATH", value_name = "FILE")]
    onnxruntime: Option<PathBuf>,
}

/// A model that passed the gate, exported and verified.
pub struct Candidate {
    trained: Trained,
    file: Bytes,
    source: String,
}

/// What a run gives, for programs.
#[derive(Serialize)]
struct Outcome<'a> {
    name: &'a str,
    version: u64,
    is_new: bool,
    report: &'a Report,
}

pub fn run(arguments: &TrainArguments) -> anyhow::Result<()> {
    let settings = arguments.training.settings.read()?;
    let store = arguments.training.store.open()?;
    let candidate = fit(&arguments.training, &settings)?;
    if let Some(path) = &arguments.pipeline {
        model::write_file(path, serde_json::to_string(&candidate.trained.pipeline)?.as_bytes())?;
    }
    let (manifest, is_new) = model::runtime()?.block_on(async {
        let published = publish(&store, &candidate, &settings).await?;
        if arguments.promote {
            store.promote(&settings.name, &published.0.version.to_string()).await?;
        }
        anyhow::Ok(published)
    })?;
    if arguments.json {
        let report = &candidate.trained.report;
        output::print_json(&Outcome { name: &settings.name, version: manifest.version, is_new, report })?;
    }
    Ok(())
}

/// Reads, trains, gates, exports and verifies.
pub fn fit(arguments: &TrainingArguments, settings: &Settings) -> anyhow::Result<Candidate> {
    let step = Step::start("read");
    let source = relevance_data::open(&arguments.location.data, &settings.source)?;
    let dataset = Dataset::read(source.as_ref())?;
    let source = dataset.source.clone();
    step.done(format_args!("{} rows of `{source}`", dataset.texts.len()));

    let step = Step::start("train");
    let trained = train(&dataset, settings)?;
    let report = &trained.report;
    step.done(format_args!("{} terms from {} texts", report.fit.vocabulary, report.train.texts()));

    gate(settings, report)?;

    let step = Step::start("export");
    let file = model::export(&trained.pipeline)?;
    step.done(format_args!("{} bytes of ONNX", file.len()));

    let step = Step::start("verify");
    let texts: Vec<&str> = dataset.texts.iter().collect();
    let agreements = model::verify(&file, &texts, arguments.onnxruntime.as_deref(), Extent::Training)?;
    model::ensure_agreement(&agreements)?;
    let engines = agreements.iter().map(|(engine, agreement)| format!("{engine} ({} texts)", agreement.texts));
    step.done(format_args!("the reference agrees with {}", engines.collect::<Vec<_>>().join("; ")));
    Ok(Candidate { trained, file, source })
}

fn gate(settings: &Settings, report: &Report) -> anyhow::Result<()> {
    let step = Step::start("gate");
    let Metrics { precision, recall, f1, roc_auc, .. } = report.test_metrics;
    let rules: Vec<String> = settings.gate.judge(report).iter().map(ToString::to_string).collect();
    let figures =
        format!("precision {precision:.4}, recall {recall:.4}, F1 {f1:.4}, ROC-AUC {roc_auc:.4} on the test side");
    if !rules.is_empty() {
        step.done(format_args!("refused: {figures}"));
        return Err(Refused { rules }.into());
    }
    step.done(format_args!("passed: {figures}"));
    Ok(())
}

/// Publishes if there is anything new, and says so: the version's manifest and whether it is new.
pub async fn publish(store: &Store, candidate: &Candidate, settings: &Settings) -> anyhow::Result<(Manifest, bool)> {
    let step = Step::start("publish");
    let Candidate { trained, file, source } = candidate;
    let (manifest, is_new) = model::publish(store, trained, settings, file.clone(), source).await?;
    let (name, version, location) = (&manifest.name, manifest.version, store.location());
    if is_new {
        step.done(format_args!("{name} version {version} in `{location}`"));
    } else {
        step.done(format_args!("nothing new: {name} version {version} in `{location}` is this model"));
    }
    Ok((manifest, is_new))
}
