//! The rows on which a candidate may be compared with the production model: those that neither was trained on.

use std::collections::HashSet;
use std::fmt;

use relevance_data::{Dataset, EMBEDDED, Label, normalize};
use relevance_models::layout::TRAINED_TEXTS_FILE;
use relevance_models::{Manifest, Store};
use relevance_train::{FrozenRow, Settings, TrainedTexts, split};
use serde_json::{Value, json};

use crate::workflow::challenger::Challenger;
use crate::workflow::frozen_rows::{read_frozen_rows, unpack};
use crate::workflow::training_record::FITTED_ELSEWHERE;

/// Number of frozen test rows that are enough for a comparison; with fewer, test rows of the candidate are added.
const ENOUGH_ROWS: usize = 100;

/// Rows with both labels that neither model was trained on.
#[derive(Default)]
pub(crate) struct ComparedRows {
    /// Frozen test rows of the production model, then test rows of the candidate.
    pub(crate) rows: Vec<FrozenRow>,
    /// Number of the frozen test rows.
    pub(crate) frozen: usize,
}

/// Finds the rows to compare on, or the reason why there are none.
pub(crate) async fn find_rows(
    store: &Store,
    production: &Manifest,
    challenger: Challenger<'_>,
) -> anyhow::Result<Result<ComparedRows, String>> {
    let (mut rows, reason) = match read_frozen_rows(store, production).await? {
        None => (Vec::new(), "the store does not have its frozen test rows"),
        // The data has only a sample of the texts that such a model was trained on.
        Some(_) if challenger.trained.report.fitted_elsewhere.is_some() => (
            Vec::new(),
            "it is not known whether the new model was trained on its frozen test rows",
        ),
        Some(frozen) => (
            challenger.export.trained_texts.unseen(frozen),
            "the new model was trained on its frozen test rows",
        ),
    };
    let frozen = rows.len();
    if frozen >= ENOUGH_ROWS && missing_label(&rows).is_none() {
        return Ok(Ok(ComparedRows { rows, frozen }));
    }

    let known = trained_texts(store, production, challenger.dataset).await?;
    if let Some(production) = &known {
        let own = production.unseen(unpack(&challenger.export.test_rows)?);
        add_other_texts(&mut rows, own);
    }
    Ok(match missing_label(&rows) {
        None => Ok(ComparedRows { rows, frozen }),
        Some(label) => Err(describe(reason, known.is_some(), &rows, label)),
    })
}

/// Describes why there are no rows to compare on.
fn describe(frozen: &str, is_known: bool, rows: &[FrozenRow], missing: Label) -> String {
    let own = if is_known {
        "it was trained on the test rows of the new model"
    } else {
        "the store has no record of the texts that it was trained on"
    };

    match rows.len() {
        0 => format!("{frozen}, and {own}"),
        left => format!("{frozen}, and {own}, except for {left}, none of which is {missing}"),
    }
}

/// Adds the rows whose normalised text is not there yet.
fn add_other_texts(rows: &mut Vec<FrozenRow>, others: Vec<FrozenRow>) {
    let known: HashSet<String> = rows.iter().map(|row| normalize(&row.text)).collect();
    let is_other = |row: &FrozenRow| !known.contains(&normalize(&row.text));
    rows.extend(others.into_iter().filter(is_other));
}

/// Returns a label that no row has; metrics need both.
fn missing_label(rows: &[FrozenRow]) -> Option<Label> {
    let has = |relevant| rows.iter().any(|row| row.relevant == relevant);
    if !has(true) {
        Some(Label::Relevant)
    } else if !has(false) {
        Some(Label::NotRelevant)
    } else {
        None
    }
}

/// Returns the texts that a version was trained on, if that is known: its record, or the split of its data, which are
/// those of the candidate or the embedded archive.
async fn trained_texts(
    store: &Store,
    production: &Manifest,
    dataset: &Dataset,
) -> anyhow::Result<Option<TrainedTexts>> {
    if production.files.contains_key(TRAINED_TEXTS_FILE) {
        return match store.read(production, TRAINED_TEXTS_FILE).await {
            Ok(record) => Ok(TrainedTexts::from_bytes(&record)),
            Err(error) if error.is_damage() => Ok(None),
            Err(error) => Err(error.into()),
        };
    }

    let training = &production.training;
    if !training[FITTED_ELSEWHERE].is_null() {
        return Ok(None);
    }
    let Ok(settings) = serde_json::from_value::<Settings>(training["settings"].clone()) else {
        return Ok(None);
    };
    if training["data_digest"] == dataset.digest.as_str() {
        return Ok(split_again(training, dataset, &settings));
    }
    let archive = relevance_data::open(EMBEDDED, &settings.source)
        .and_then(|source| Dataset::read(source.as_ref(), &settings.labels));
    Ok(archive
        .ok()
        .filter(|archive| training["data_digest"] == archive.digest.as_str())
        .and_then(|archive| split_again(training, &archive, &settings)))
}

/// Splits the data of a version again; nothing when that gives other subsets than the recorded ones.
fn split_again(training: &Value, dataset: &Dataset, settings: &Settings) -> Option<TrainedTexts> {
    let split = split(dataset, settings).ok()?;
    let counts = |rows: &[u32]| {
        let relevant = rows.iter().filter(|&&row| dataset.is_relevant(row)).count();
        json!({ "relevant": relevant, "not_relevant": rows.len() - relevant })
    };
    let texts = json!({
        "train": counts(&split.train),
        "validation": counts(&split.validation),
        "test": counts(&split.test),
    });
    (training["texts"] == texts).then(|| TrainedTexts::new(dataset, &split))
}

impl fmt::Display for ComparedRows {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = self.rows.len() - self.frozen;
        match (self.frozen, own) {
            (frozen, 0) => write!(formatter, "{frozen} frozen test rows"),
            (0, own) => write!(formatter, "{own} test rows that it was not trained on"),
            (frozen, own) => write!(
                formatter,
                "{frozen} frozen test rows and {own} other test rows that it was not trained on"
            ),
        }
    }
}
