//! A new model against the one in production, on rows that neither was trained on.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rayon::prelude::*;
use relevance_data::{Dataset, normalize};
use relevance_models::{Manifest, PRODUCTION, Store};
use relevance_pipeline::{Pipeline, Prediction};
use relevance_runtime::Session;
use relevance_train::{ChampionComparison, Metrics};

use crate::workflow::candidate::{Candidate, MODEL_FILE};
use crate::workflow::comparison::{Comparison, FrozenRow, answers, frozen_rows, unpack};
use crate::workflow::model_file::ModelFile;

/// Texts that are scored for the time that a text takes, and how often; the fastest round counts.
const TIMED_TEXTS: usize = 512;
const ROUNDS: usize = 7;

/// How a candidate did against the model in production.
pub struct Outcome {
    /// The production model's version.
    pub version: u64,
    /// The figures that the gate judges.
    pub contest: ChampionComparison,
    /// Every verdict that changed.
    pub comparison: Comparison,
}

/// Scores candidate and production model on the same frozen test rows; nothing when there is no production model, it is the
/// same file, or no row is left.
pub async fn hold(
    store: &Store,
    name: &str,
    candidate: &Candidate,
    dataset: &Dataset,
) -> anyhow::Result<Option<Outcome>> {
    let Some(version) = store.aliases(name).await?.version(PRODUCTION) else {
        return Ok(None);
    };
    let manifest = store.manifest(name, version).await?;
    let file = store.read(&manifest, MODEL_FILE).await?;
    if file == candidate.file {
        return Ok(None);
    }
    let rows = untouched(rows(store, &manifest, candidate).await?, candidate, dataset);
    if rows.is_empty() {
        return Ok(None);
    }
    let place = || format!("version {version}, which is in production, cannot be compared with");
    let slowdown = slowdown(
        &Session::from_bytes(&file).with_context(place)?,
        candidate,
        &rows,
    )?;
    let production = ModelFile::parse(file).with_context(place)?.reference;
    Ok(Some(Outcome::of(
        version,
        &production,
        &candidate.trained.pipeline,
        &rows,
        slowdown,
    )))
}

/// The rows that the production model was measured on, or the candidate's where the store does not keep those.
async fn rows(
    store: &Store,
    production: &Manifest,
    candidate: &Candidate,
) -> anyhow::Result<Vec<FrozenRow>> {
    match frozen_rows(store, production).await? {
        Some(rows) => Ok(rows),
        None => unpack(&candidate.test_rows),
    }
}

/// The rows whose wording the candidate did not see in training: new rows can move old ones to another side.
fn untouched(rows: Vec<FrozenRow>, candidate: &Candidate, dataset: &Dataset) -> Vec<FrozenRow> {
    let wordings: Vec<String> = rows.iter().map(|row| normalize(&row.text)).collect();
    let frozen: HashSet<&String> = wordings.iter().collect();
    let split = &candidate.trained.split;
    let seen: HashSet<String> = split
        .train
        .par_iter()
        .chain(&split.validation)
        .map(|&place| normalize(dataset.text(place)))
        .filter(|wording| frozen.contains(wording))
        .collect();
    rows.into_iter()
        .zip(&wordings)
        .filter(|(_, wording)| !seen.contains(*wording))
        .map(|(row, _)| row)
        .collect()
}

impl Outcome {
    fn of(
        version: u64,
        production: &Pipeline,
        candidate: &Pipeline,
        rows: &[FrozenRow],
        slowdown: f64,
    ) -> Self {
        let labels: Vec<bool> = rows.iter().map(|row| row.relevant).collect();
        let (from, to) = (answers(production, rows), answers(candidate, rows));
        let metrics = |answers: &[Prediction], pipeline: &Pipeline| {
            let probabilities: Vec<f32> = answers.iter().map(|answer| answer.probability).collect();
            Metrics::compute(&probabilities, &labels, pipeline.threshold())
        };
        let comparison = Comparison::of(rows, &from, &to);
        let contest = ChampionComparison {
            candidate: metrics(&to, candidate),
            production: metrics(&from, production),
            became_right: comparison.became_right,
            became_wrong: comparison.became_wrong,
            p_value: comparison.p_value,
            slowdown,
        };
        Self {
            version,
            contest,
            comparison,
        }
    }
}

/// The candidate's time for a text divided by the production model's, on the engine that serves, in turns.
fn slowdown(
    production: &Session,
    candidate: &Candidate,
    rows: &[FrozenRow],
) -> anyhow::Result<f64> {
    let texts: Vec<&str> = rows
        .iter()
        .take(TIMED_TEXTS)
        .map(|row| row.text.as_str())
        .collect();
    let candidate = Session::from_bytes(&candidate.file)?;
    let time = |session: &Session| -> anyhow::Result<Duration> {
        let start = Instant::now();
        session.predict(&texts)?;
        Ok(start.elapsed())
    };
    let (mut of_production, mut of_candidate) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        of_production = of_production.min(time(production)?);
        of_candidate = of_candidate.min(time(&candidate)?);
    }
    Ok(of_candidate.as_secs_f64() / of_production.as_secs_f64().max(1e-9))
}
