//! The fifth step: the candidate against the model in production, on rows that neither was trained on.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use relevance_data::Dataset;
use relevance_models::layout::MODEL_FILE;
use relevance_models::{Manifest, PRODUCTION, Store};
use relevance_runtime::Session;
use relevance_train::{ChampionComparison, FrozenRow, PredictionChanges, Settings, unseen_rows};

use crate::workflow::candidate::Candidate;
use crate::workflow::frozen_rows::{read_frozen_rows, unpack};
use crate::workflow::gate::{ensure_passed, outcome};
use crate::workflow::messages::Messages;
use crate::workflow::model_file::ModelFile;

/// Maximum number of texts that are scored to measure the time of a text.
const MAX_TIMED_TEXTS: usize = 512;
/// Repetitions of that measurement; the fastest counts.
const ROUNDS: usize = 7;

/// A candidate beside the model in production.
struct ProductionComparison {
    /// Version of the production model.
    version: u64,
    /// The metrics that the gate checks.
    metrics: ChampionComparison,
    /// Every prediction that changed.
    changes: PredictionChanges,
}

/// Applies the rules of the gate on the candidate and the production model, if there is one.
pub(crate) async fn compare(
    store: &Store,
    settings: &Settings,
    candidate: &Candidate,
    dataset: &Dataset,
    messages: Messages,
) -> anyhow::Result<()> {
    let step = messages.progress.start("compare");
    let compared = compare_with_production(store, &settings.name, candidate, dataset).await?;
    let Some(ProductionComparison {
        version,
        metrics,
        mut changes,
    }) = compared
    else {
        return Ok(());
    };
    let failures = settings.gate.check_against_champion(&metrics);

    let ChampionComparison {
        candidate,
        production,
        slowdown,
        ..
    } = &metrics;
    step.done(format_args!(
        "{}: F1 {:.4} against {:.4}, ROC-AUC {:.4} against {:.4} of version {version} in production, {slowdown:.2} times \
         its time",
        outcome(&failures), candidate.f1, production.f1, candidate.roc_auc, production.roc_auc
    ));
    changes.changed.truncate(messages.texts.0);
    messages.progress.print(changes);
    ensure_passed(failures)
}

/// Scores both models on the same frozen test rows.
///
/// Returns nothing when no version is in production, production is the same file, or no row is left.
async fn compare_with_production(
    store: &Store,
    name: &str,
    candidate: &Candidate,
    dataset: &Dataset,
) -> anyhow::Result<Option<ProductionComparison>> {
    let Some(version) = store.aliases(name).await?.version(PRODUCTION) else {
        return Ok(None);
    };
    let manifest = store.manifest(name, version).await?;
    let file = store.read(&manifest, MODEL_FILE).await?;
    if file == candidate.file {
        return Ok(None);
    }

    let rows = read_rows(store, &manifest, candidate).await?;
    let rows = unseen_rows(rows, dataset, &candidate.trained.split);
    if rows.is_empty() {
        return Ok(None);
    }

    let context = || format!("cannot compare with version {version}, which is in production");
    let session = Session::from_bytes(&file).with_context(context)?;
    let slowdown = slowdown(&session, candidate, &rows)?;

    let production = ModelFile::parse(file).with_context(context)?.reference;
    let candidate = &candidate.trained.pipeline;
    let (metrics, changes) = ChampionComparison::compute(&production, candidate, &rows, slowdown);
    Ok(Some(ProductionComparison {
        version,
        metrics,
        changes,
    }))
}

/// Reads the frozen test rows of the production model, or takes the candidate's where the store has none.
async fn read_rows(
    store: &Store,
    production: &Manifest,
    candidate: &Candidate,
) -> anyhow::Result<Vec<FrozenRow>> {
    match read_frozen_rows(store, production).await? {
        Some(rows) => Ok(rows),
        None => unpack(&candidate.test_rows),
    }
}

/// Returns the candidate's time for a text divided by the production model's, measured in turns on the engine that serves.
fn slowdown(
    production: &Session,
    candidate: &Candidate,
    rows: &[FrozenRow],
) -> anyhow::Result<f64> {
    let timed_rows = rows.iter().take(MAX_TIMED_TEXTS);
    let texts: Vec<&str> = timed_rows.map(|row| row.text.as_str()).collect();
    let candidate = Session::from_bytes(&candidate.file)?;
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
