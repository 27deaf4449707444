//! A trained model and everything that a version of the store keeps beside it.

use bytes::Bytes;
use jiff::Timestamp;
use relevance_data::{Dataset, Split, sample};
use relevance_models::{CANDIDATE, FileEntry, Manifest, Publication, Store};
use relevance_train::{ReportPage, Settings, TestSubset, Trained, model_card};

use crate::workflow::comparison::{FrozenRow, pack};

/// The model's file in a version of the store.
pub const MODEL_FILE: &str = "model.onnx";
/// What training measured, in a version of the store.
pub const METRICS_FILE: &str = "metrics.json";
/// What the texts of the test side are like, in a version of the store.
pub const PROFILE_FILE: &str = "profile.json";
const CARD_FILE: &str = "card.md";
const CARD_PAGE_FILE: &str = "card.html";
const REPORT_FILE: &str = "report.html";

/// Test rows that are kept at most, evenly spread over the test side: what later models are compared on.
const FROZEN_ROWS: usize = 10_000;

/// A model that passed the gate, exported and verified.
pub struct Candidate {
    /// What training gave.
    pub trained: Trained,
    /// The model file.
    pub file: Bytes,
    /// The source's name.
    pub source: String,
    /// `report.html`.
    pub page: String,
    /// `card.html`.
    pub card_page: String,
    /// Rows that it was not trained on, packed.
    pub test_rows: Bytes,
}

impl Candidate {
    /// Puts the files of a version together.
    pub fn new(
        trained: Trained,
        file: Bytes,
        test_rows: Bytes,
        dataset: &Dataset,
        settings: &Settings,
    ) -> Self {
        let (page, card_page) = pages(&trained, dataset, settings);
        Self {
            trained,
            file,
            source: dataset.source.clone(),
            page,
            card_page,
            test_rows,
        }
    }
}

/// The report, and the part of it that visitors may see.
fn pages(trained: &Trained, dataset: &Dataset, settings: &Settings) -> (String, String) {
    let places = &trained.split.test;
    let texts: Vec<&str> = places.iter().map(|&place| dataset.text(place)).collect();
    let labels: Vec<bool> = places
        .iter()
        .map(|&place| dataset.is_relevant(place))
        .collect();
    let test = TestSubset {
        texts: &texts,
        labels: &labels,
        probabilities: &trained.test_probabilities,
    };
    let page = ReportPage {
        report: &trained.report,
        settings,
        pipeline: &trained.pipeline,
        test,
    };
    rayon::join(|| page.render(), || page.render_card())
}

/// The rows of the test side that a version keeps, packed.
pub fn freeze(dataset: &Dataset, split: &Split) -> anyhow::Result<Bytes> {
    let row = |&place: &u32| FrozenRow {
        row: u64::from(place) + 1,
        text: dataset.text(place).to_owned(),
        relevant: dataset.is_relevant(place),
    };
    let rows: Vec<FrozenRow> = sample(&split.test, FROZEN_ROWS).map(row).collect();
    Ok(pack(&rows)?.into())
}

/// Publishes a trained model and sets the alias `candidate`, unless a version holds the same file already.
///
/// Gives the version's manifest and whether it is new.
pub async fn publish(
    store: &Store,
    candidate: &Candidate,
    settings: &Settings,
) -> anyhow::Result<(Manifest, bool)> {
    let name = &settings.name;
    let known = find(store, name, &candidate.file).await?;
    let is_new = known.is_none();
    let manifest = if let Some(manifest) = known {
        manifest
    } else {
        let test_rows = store
            .put_test_rows(name, candidate.test_rows.clone())
            .await?;
        store
            .publish(name, publication(candidate, settings, &test_rows)?)
            .await?
    };
    if store.aliases(name).await?.version(CANDIDATE) != Some(manifest.version) {
        store.set_alias(name, CANDIDATE, manifest.version).await?;
    }
    Ok((manifest, is_new))
}

/// The newest version that holds `file`.
async fn find(store: &Store, name: &str, file: &[u8]) -> anyhow::Result<Option<Manifest>> {
    let entry = FileEntry::of(file);
    for version in store.versions(name).await?.into_iter().rev() {
        let manifest = store.manifest(name, version).await?;
        if manifest.files.get(MODEL_FILE) == Some(&entry) {
            return Ok(Some(manifest));
        }
    }
    Ok(None)
}

fn publication(
    candidate: &Candidate,
    settings: &Settings,
    test_rows: &str,
) -> anyhow::Result<Publication> {
    let Trained {
        report, profile, ..
    } = &candidate.trained;
    let metrics = serde_json::to_string_pretty(report)? + "\n";
    let profile = serde_json::to_string_pretty(profile)? + "\n";
    Ok(Publication {
        // The first file claims the version's number.
        files: vec![
            (MODEL_FILE.to_owned(), candidate.file.clone()),
            (METRICS_FILE.to_owned(), metrics.into()),
            (PROFILE_FILE.to_owned(), profile.into()),
            (REPORT_FILE.to_owned(), candidate.page.clone().into()),
            (CARD_FILE.to_owned(), model_card(report, settings).into()),
            (
                CARD_PAGE_FILE.to_owned(),
                candidate.card_page.clone().into(),
            ),
        ],
        training: serde_json::json!({
            "fingerprint": report.fingerprint,
            "tool_version": report.tool_version,
            "source": candidate.source,
            "data_digest": report.data_digest,
            "settings_digest": report.settings_digest,
            "settings": settings,
            "texts": { "train": report.train, "validation": report.validation, "test": report.test },
            "test_rows": test_rows,
        }),
        created: Timestamp::now(),
    })
}
