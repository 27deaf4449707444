//! The last step: a candidate to a version in the store.

use jiff::Timestamp;
use relevance_models::layout::{
    CARD_FILE, CARD_PAGE_FILE, METRICS_FILE, MODEL_FILE, PROFILE_FILE, REPORT_FILE,
    TRAINED_TEXTS_FILE,
};
use relevance_models::{CANDIDATE, FileEntry, Manifest, Publication, Store};
use relevance_train::{Trained, TrainedTexts, model_card};

use crate::progress::Progress;
use crate::workflow::candidate::Candidate;
use crate::workflow::training_record::{FITTED_ELSEWHERE, training_record};

/// The version that holds a candidate.
#[derive(Debug)]
pub struct Published {
    /// The version's manifest.
    pub manifest: Manifest,
    /// Whether the version was written now; otherwise an earlier version holds the same model file.
    pub is_new: bool,
}

/// Publishes the candidate unless a version holds the same model file, and sets the alias `candidate`.
pub(crate) async fn publish(
    store: &Store,
    candidate: &Candidate,
    progress: Progress,
) -> anyhow::Result<Published> {
    let step = progress.start("publish");
    let name = &candidate.trained.settings.name;
    let new = async || {
        let test_rows = candidate.test_rows.clone();
        let test_rows = store.put_test_rows(name, test_rows).await?;
        publication(candidate, &test_rows)
    };

    let published = publish_or_find(store, name, &candidate.file, new).await?;
    step.done(format_args!("{}", published.line(store)));
    Ok(published)
}

/// Finds the version with this model file, or publishes `new` as one, and sets the alias `candidate` to it.
pub(crate) async fn publish_or_find(
    store: &Store,
    name: &str,
    model: &[u8],
    new: impl AsyncFnOnce() -> anyhow::Result<Publication>,
) -> anyhow::Result<Published> {
    let file = FileEntry::from_content(model);
    let is_candidate = |manifest: &Manifest| manifest.files.get(MODEL_FILE) == Some(&file);
    let published = match store.find(name, is_candidate).await? {
        Some(manifest) => Published {
            manifest,
            is_new: false,
        },
        None => Published {
            manifest: store.publish(name, new().await?).await?,
            is_new: true,
        },
    };

    let version = published.manifest.version;
    if store.aliases(name).await?.version(CANDIDATE) != Some(version) {
        store.set_alias(name, CANDIDATE, version).await?;
    }
    Ok(published)
}

impl Published {
    /// Describes the version.
    pub(crate) fn line(&self, store: &Store) -> String {
        let Self { manifest, is_new } = self;
        let (name, version, location) = (&manifest.name, manifest.version, store.location());
        if *is_new {
            format!("{name} version {version} in `{location}`")
        } else {
            format!("nothing new: {name} version {version} in `{location}` is this model")
        }
    }
}

/// Puts the files and the facts of a version together.
fn publication(candidate: &Candidate, test_rows: &str) -> anyhow::Result<Publication> {
    let Trained {
        report,
        settings,
        profile,
        ..
    } = &candidate.trained;
    let metrics = serde_json::to_string_pretty(report)? + "\n";
    let profile = serde_json::to_string_pretty(profile)? + "\n";
    let card = model_card(report, settings);

    // The first file claims the version's number.
    let mut files = vec![
        (MODEL_FILE, candidate.file.clone()),
        (METRICS_FILE, metrics.into()),
        (PROFILE_FILE, profile.into()),
        (REPORT_FILE, candidate.report_page.clone().into()),
        (CARD_FILE, card.into()),
        (CARD_PAGE_FILE, candidate.card_page.clone().into()),
    ];
    let trained_texts = candidate.trained_texts.as_ref().map(TrainedTexts::to_bytes);
    files.extend(trained_texts.map(|record| (TRAINED_TEXTS_FILE, record.into())));
    let files = files
        .into_iter()
        .map(|(name, content)| (name.to_owned(), content));

    let mut training = training_record(report, settings, &candidate.source);
    training["test_rows"] = test_rows.into();
    training["comparison"] = serde_json::to_value(&candidate.comparison)?;
    if let Some(origin) = &report.fitted_elsewhere {
        training[FITTED_ELSEWHERE] = serde_json::to_value(origin)?;
    }
    Ok(Publication {
        files: files.collect(),
        training,
        created: Timestamp::now(),
    })
}
