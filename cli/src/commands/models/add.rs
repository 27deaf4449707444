//! `relevance models add`: a model file from elsewhere to a version in the store.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use clap::Args;
use jiff::Timestamp;
use relevance_models::Publication;
use relevance_models::layout::{CARD_FILE, METRICS_FILE, MODEL_FILE};
use relevance_runtime::Session;
use relevance_train::{Report, Settings, model_card};

use super::placed::Placed;
use crate::arguments::StoreArguments;
use crate::files::{public_name, read_file, read_model_file};
use crate::workflow::publish::publish_or_find;
use crate::workflow::training_record::training_record;

/// Flags of the command.
#[derive(Debug, Args)]
pub struct AddArguments {
    /// Model file: a path, a folder with `model.onnx`, or a URL with `https://`, `s3://`, `gs://` or `az://`.
    #[arg(value_name = "FILE")]
    model: PathBuf,
    /// Report of its training, the `metrics.json` of a version or the `report_` of the Python estimator.
    #[arg(long, value_name = "FILE")]
    metrics: PathBuf,
    #[command(flatten)]
    store: StoreArguments,
    /// Name of the model in the store; without it the name in the file.
    #[arg(long, env = "RELEVANCE_NAME", value_name = "NAME")]
    name: Option<String>,
    /// Set the alias `production` as well, and `previous` to the version before.
    #[arg(long)]
    promote: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub async fn run(arguments: &AddArguments) -> anyhow::Result<()> {
    let added = Added::read(arguments)?;
    let name = arguments.name.as_ref().unwrap_or(&added.report.name);
    let store = arguments.store.open()?;
    let published =
        publish_or_find(&store, name, &added.file, async || Ok(added.publication())).await?;

    let version = published.manifest.version;
    let promotion = if arguments.promote {
        Some(store.promote(name, &version.to_string()).await?)
    } else {
        None
    };
    let placed = Placed {
        name,
        version,
        is_new: published.is_new,
        promotion,
    };
    placed.print(arguments.json, &published.line(&store))
}

/// A model file with the report and the settings of its training.
struct Added {
    source: String,
    file: Bytes,
    /// The report as its file has it.
    metrics: Bytes,
    report: Report,
    settings: Settings,
}

impl Added {
    /// Reads the file as the service does, and checks that the report is that of its training.
    fn read(arguments: &AddArguments) -> anyhow::Result<Self> {
        let (source, metrics) = (public_name(&arguments.model), &arguments.metrics);
        let file = read_model_file(&arguments.model)?;
        let session = Session::from_bytes(&file)
            .and_then(|session| session.check_golden().map(|_| session))
            .with_context(|| format!("`{source}` is not a model that can be served"))?;
        let metrics_path = metrics.display();
        let metrics = read_file(metrics)?;
        let report: Report = serde_json::from_slice(&metrics)
            .with_context(|| format!("`{metrics_path}` is not a report of a training"))?;

        let info = session.info();
        ensure!(
            report.fingerprint == info.fingerprint,
            "`{metrics_path}` is the report of the training {}, and `{source}` comes from the training {}: give the report of \
             the same run",
            report.fingerprint,
            info.fingerprint,
        );
        let settings = info.metadata.get("settings").map(String::as_str);
        let settings = serde_json::from_str(settings.unwrap_or("{}"))
            .with_context(|| format!("the settings in `{source}` cannot be read"))?;
        Ok(Self {
            source,
            file,
            metrics: metrics.into(),
            report,
            settings,
        })
    }

    /// The version: without the files that need the texts of the training.
    fn publication(&self) -> Publication {
        let Self {
            source,
            file,
            metrics,
            report,
            settings,
        } = self;
        let files = [
            (MODEL_FILE, file.clone()),
            (METRICS_FILE, metrics.clone()),
            (CARD_FILE, model_card(report, settings).into()),
        ];

        Publication {
            files: files
                .map(|(name, content)| (name.to_owned(), content))
                .into(),
            training: training_record(report, settings, source),
            created: Timestamp::now(),
        }
    }
}
