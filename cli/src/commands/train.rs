//! `relevance train`: source and settings to a version in the store.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use clap::Args;
use relevance_data::{Dataset, Split};
use relevance_models::{Manifest, Store};
use relevance_pipeline::Pipeline;
use relevance_runtime::parity::Agreement;
use relevance_train::{ChampionComparison, GateFailure, Metrics, Report, Settings, train_beside};
use serde::Serialize;

use crate::arguments::{DataArguments, SettingsArguments, StoreArguments};
use crate::exit::Refused;
use crate::progress::{Step, Took};
use crate::workflow::candidate::{self, Candidate, freeze};
use crate::workflow::compare;
use crate::workflow::model_file::ModelFile;
use crate::workflow::verify::{Extent, ensure_agreement, verify};
use crate::{async_runtime, files, output};

/// How many of the verdicts that changed are shown.
const CHANGES_SHOWN: usize = 10;

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
    let runtime = async_runtime::start()?;
    let candidate = runtime.block_on(fit(&arguments.training, &settings, &store))?;
    if let Some(path) = &arguments.pipeline {
        files::write_file(
            path,
            serde_json::to_string(&candidate.trained.pipeline)?.as_bytes(),
        )?;
    }
    let (manifest, is_new) = runtime.block_on(async {
        let published = publish(&store, &candidate, &settings).await?;
        if arguments.promote {
            store
                .promote(&settings.name, &published.0.version.to_string())
                .await?;
        }
        anyhow::Ok(published)
    })?;
    if arguments.json {
        let report = &candidate.trained.report;
        output::print_json(&Outcome {
            name: &settings.name,
            version: manifest.version,
            is_new,
            report,
        })?;
    }
    Ok(())
}

/// Reads, trains, exports, verifies, and lets the gate judge.
pub async fn fit(
    arguments: &TrainingArguments,
    settings: &Settings,
    store: &Store,
) -> anyhow::Result<Candidate> {
    let dataset = read(arguments, settings)?;
    let step = Step::start("train");
    // Loading the exported file and comparing engines takes as long as the slower figures of the report do.
    let export = |pipeline: &_, split: &_| {
        Export::of(pipeline, &dataset, split, arguments.onnxruntime.as_deref())
    };
    let (trained, export) = train_beside(&dataset, settings, &step, export)?;
    let report = &trained.report;
    step.done(format_args!(
        "{} terms from {} texts",
        report.fit.vocabulary,
        report.train.texts()
    ));
    judge(settings, report)?;

    let Export {
        file,
        test_rows,
        exported,
        agreements,
        verified,
    } = export?;
    exported.done(format_args!("{} bytes of ONNX", file.len()));
    refuse(settings.gate.check_model_size(file.len() as u64))?;
    ensure_agreement(&agreements)?;
    let engines = agreements
        .iter()
        .map(|(engine, agreement)| format!("{engine} ({} texts)", agreement.texts));
    verified.done(format_args!(
        "the reference agrees with {}",
        engines.collect::<Vec<_>>().join("; ")
    ));

    let candidate = Candidate::new(trained, file, test_rows, &dataset, settings);
    compare(settings, store, &candidate, &dataset).await?;
    Ok(candidate)
}

/// A pipeline's file, compared on the engines, and the rows that its version freezes.
struct Export {
    file: Bytes,
    test_rows: Bytes,
    exported: Took,
    agreements: Vec<(&'static str, Agreement)>,
    verified: Took,
}

impl Export {
    fn of(
        pipeline: &Pipeline,
        dataset: &Dataset,
        split: &Split,
        onnxruntime: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let (verified, test_rows) = rayon::join(
            || {
                let (file, exported) = Took::by("export", || ModelFile::export(pipeline));
                let file = file?;
                let texts: Vec<&str> = dataset.texts.iter().collect();
                let (agreements, verified) = Took::by("verify", || {
                    verify(&file, &texts, onnxruntime, Extent::Training)
                });
                anyhow::Ok((file.bytes, exported, agreements?, verified))
            },
            || freeze(dataset, split),
        );
        let (file, exported, agreements, verified) = verified?;
        Ok(Self {
            file,
            test_rows: test_rows?,
            exported,
            agreements,
            verified,
        })
    }
}

fn read(arguments: &TrainingArguments, settings: &Settings) -> anyhow::Result<Dataset> {
    let step = Step::start("read");
    let source = relevance_data::open(&arguments.location.data, &settings.source)?;
    let dataset = Dataset::read_with(source.as_ref(), |rows| step.rows(rows))?;
    step.done(format_args!(
        "{} rows of `{}`",
        dataset.texts.len(),
        dataset.source
    ));
    Ok(dataset)
}

/// The rules on figures and checks.
fn judge(settings: &Settings, report: &Report) -> anyhow::Result<()> {
    let step = Step::start("gate");
    let Metrics {
        precision,
        recall,
        f1,
        roc_auc,
        ..
    } = report.test_metrics;
    let refusals = settings.gate.check(report);
    let verdict = if refusals.is_empty() {
        "passed"
    } else {
        "refused"
    };
    step.done(format_args!(
        "{verdict}: precision {precision:.4}, recall {recall:.4}, F1 {f1:.4}, ROC-AUC {roc_auc:.4} on the test side"
    ));
    refuse(refusals)
}

/// The rules against the model in production.
async fn compare(
    settings: &Settings,
    store: &Store,
    candidate: &Candidate,
    dataset: &Dataset,
) -> anyhow::Result<()> {
    let step = Step::start("compare");
    let Some(compare::Outcome {
        version,
        contest,
        mut comparison,
    }) = compare::hold(store, &settings.name, candidate, dataset).await?
    else {
        return Ok(());
    };
    let refusals = settings.gate.check_against_champion(&contest);
    let verdict = if refusals.is_empty() {
        "passed"
    } else {
        "refused"
    };
    let ChampionComparison {
        candidate,
        production,
        slowdown,
        ..
    } = &contest;
    step.done(format_args!(
        "{verdict}: F1 {:.4} against {:.4}, ROC-AUC {:.4} against {:.4} of version {version} in production, {slowdown:.2} times \
         its time",
        candidate.f1, production.f1, candidate.roc_auc, production.roc_auc
    ));
    comparison.changed.truncate(CHANGES_SHOWN);
    eprint!("{comparison}");
    refuse(refusals)
}

fn refuse(refusals: impl IntoIterator<Item = GateFailure>) -> anyhow::Result<()> {
    let rules: Vec<String> = refusals
        .into_iter()
        .map(|refusal| refusal.to_string())
        .collect();
    if rules.is_empty() {
        Ok(())
    } else {
        Err(Refused { rules }.into())
    }
}

/// Publishes if there is anything new, and says so: the version's manifest and whether it is new.
pub async fn publish(
    store: &Store,
    candidate: &Candidate,
    settings: &Settings,
) -> anyhow::Result<(Manifest, bool)> {
    let step = Step::start("publish");
    let (manifest, is_new) = candidate::publish(store, candidate, settings).await?;
    let (name, version, location) = (&manifest.name, manifest.version, store.location());
    if is_new {
        step.done(format_args!("{name} version {version} in `{location}`"));
    } else {
        step.done(format_args!(
            "nothing new: {name} version {version} in `{location}` is this model"
        ));
    }
    Ok((manifest, is_new))
}
