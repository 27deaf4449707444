//! The fifth step: the candidate against the model in production, on rows that neither was trained on.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::Bytes;
use relevance_models::layout::MODEL_FILE;
use relevance_models::{Manifest, PRODUCTION, Store};
use relevance_runtime::Session;
use relevance_train::{ChampionComparison, FrozenRow, Gate, GateFailure, Settings};
use serde::Serialize;

use crate::workflow::challenger::Challenger;
use crate::workflow::compared_rows::{ComparedRows, find_rows};
use crate::workflow::gate::{ensure_passed, outcome};
use crate::workflow::messages::Messages;
use crate::workflow::model_file::ModelFile;

/// Maximum number of texts that are scored to measure the time of a text.
const MAX_TIMED_TEXTS: usize = 512;
/// Repetitions of that measurement; the fastest counts.
const ROUNDS: usize = 7;

/// The record of a comparison with the production model.
#[derive(Clone, Debug, Serialize)]
pub struct ProductionComparison {
    /// Version of the production model.
    pub version: u64,
    /// Number of compared rows.
    pub rows: usize,
    /// Number of these that are frozen test rows of the production model; the others are test rows of the candidate.
    pub frozen_rows: usize,
    /// Reason why the models were not compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncompared: Option<String>,
}

/// Reason why a model cannot be compared with a version whose model file is lost.
const DAMAGED: &str = "its file `model.onnx` is missing or altered";

/// The version in production and its model file, unless that is missing or altered.
pub(crate) struct Champion {
    manifest: Manifest,
    file: Option<Bytes>,
}

/// Applies the rules of the gate on the candidate and the production model, if there is one.
///
/// Returns nothing when no version is in production, or production is the same file.
pub(crate) async fn compare(
    store: &Store,
    settings: &Settings,
    challenger: Challenger<'_>,
    messages: Messages,
) -> anyhow::Result<Option<ProductionComparison>> {
    let Some(champion) = Champion::read(store, &settings.name).await? else {
        return Ok(None);
    };
    if champion.file.as_ref() == Some(&challenger.export.file) {
        return Ok(None);
    }

    let version = champion.manifest.version;
    let found = match &champion.file {
        None => Err(DAMAGED.to_owned()),
        Some(file) => find_rows(store, &champion.manifest, challenger)
            .await?
            .map(|rows| (file, rows)),
    };
    let (rows, uncompared) = match found {
        Ok((file, rows)) => {
            let production = Production { version, file };
            compare_on(&rows, production, settings, challenger, messages)?;
            (rows, None)
        }
        Err(reason) => {
            permit_uncompared(version, &reason, settings, messages)?;
            (ComparedRows::default(), Some(reason))
        }
    };
    Ok(Some(ProductionComparison {
        version,
        rows: rows.rows.len(),
        frozen_rows: rows.frozen,
        uncompared,
    }))
}

/// Fails unless the settings permit a model that was not compared with the one in production.
fn permit_uncompared(
    version: u64,
    reason: &str,
    settings: &Settings,
    messages: Messages,
) -> anyhow::Result<()> {
    if !settings.gate.allow_uncompared {
        return ensure_passed([GateFailure::Uncompared {
            version,
            reason: reason.to_owned(),
        }]);
    }
    messages.progress.print(format_args!(
        "warning: not compared with version {version}, which is in production: {reason}\n"
    ));
    Ok(())
}

/// A version and its model file.
#[derive(Clone, Copy)]
struct Production<'a> {
    version: u64,
    file: &'a Bytes,
}

/// Scores both models on `rows`, and fails when a rule of the gate is not met.
fn compare_on(
    rows: &ComparedRows,
    Production { version, file }: Production<'_>,
    settings: &Settings,
    challenger: Challenger<'_>,
    messages: Messages,
) -> anyhow::Result<()> {
    let step = messages.progress.start("compare");
    let context = || format!("cannot compare with version {version}, which is in production");
    let session = Session::from_bytes(file).with_context(context)?;
    let slowdown = slowdown(&session, &challenger.export.file, &rows.rows)?;

    let production = ModelFile::parse(file.clone())
        .with_context(context)?
        .reference;
    let candidate = &challenger.trained.pipeline;
    let (metrics, mut changes) =
        ChampionComparison::compute(&production, candidate, &rows.rows, slowdown);
    let failures = settings.gate.check_against_champion(&metrics);

    let ChampionComparison {
        candidate,
        production,
        slowdown,
        ..
    } = &metrics;
    step.done(format_args!(
        "{}: F1 {:.4} against {:.4}, ROC-AUC {:.4} against {:.4} of version {version} in production, {slowdown:.2} times \
         its time, on {rows}",
        outcome(&failures), candidate.f1, production.f1, candidate.roc_auc, production.roc_auc
    ));
    changes.changed.truncate(messages.texts.0);
    messages.progress.print(changes);
    ensure_passed(failures)
}

impl Champion {
    /// Reads the version in production, if there is one.
    pub(crate) async fn read(store: &Store, name: &str) -> anyhow::Result<Option<Self>> {
        let Some(version) = store.aliases(name).await?.version(PRODUCTION) else {
            return Ok(None);
        };
        let manifest = store.manifest(name, version).await?;
        let file = match store.read(&manifest, MODEL_FILE).await {
            Ok(file) => Some(file),
            Err(error) if error.is_damage() => None,
            Err(error) => return Err(error.into()),
        };
        Ok(Some(Self { manifest, file }))
    }

    /// Fails if the model file is lost, unless the gate permits a model that is not compared.
    pub(crate) fn check_readable(&self, gate: &Gate) -> anyhow::Result<()> {
        let is_refused = self.file.is_none() && !gate.allow_uncompared;
        ensure_passed(is_refused.then(|| GateFailure::Uncompared {
            version: self.manifest.version,
            reason: DAMAGED.to_owned(),
        }))
    }
}

/// Returns the candidate's time for a text divided by the production model's, measured in turns on the engine that serves.
fn slowdown(production: &Session, candidate: &[u8], rows: &[FrozenRow]) -> anyhow::Result<f64> {
    let timed_rows = rows.iter().take(MAX_TIMED_TEXTS);
    let texts: Vec<&str> = timed_rows.map(|row| row.text.as_str()).collect();
    let candidate = Session::from_bytes(candidate)?;
    let time = |session: &Session| -> anyhow::Result<Duration> {
        let start = Instant::now();
        session.predict(&texts)?;
        Ok(start.elapsed())
    };

    let (mut production_time, mut candidate_time) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        production_time = production_time.min(time(production)?);
        candidate_time = candidate_time.min(time(&candidate)?);
    }
    Ok(candidate_time.as_secs_f64() / production_time.as_secs_f64().max(1e-9))
}
