//! Drift of a source from the texts that a model was measured on.

use std::fmt;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use relevance_data::{Label, Source};
use relevance_models::Store;
use relevance_models::layout::{MODEL_FILE, PROFILE_FILE};
use relevance_pipeline::Labels;
use relevance_train::{Distance, Drift, Profile, Profiler};
use serde::Serialize;

use crate::arguments::StoreArguments;
use crate::async_runtime;
use crate::workflow::model_file::ModelFile;

/// Drift of a source from a version of a model.
#[derive(Debug, Serialize)]
pub struct SourceDrift {
    /// Version of the model.
    version: u64,
    /// Distances from the version's profile.
    #[serde(flatten)]
    drift: Drift,
    /// Names of the distances above the limit.
    noticeable: Vec<&'static str>,
    /// Population stability index above which a distance is noticeable.
    limit: f64,
}

impl SourceDrift {
    /// Profiles the rows of `source` with the vocabulary of the version, and compares them with the version's profile.
    pub fn measure(
        source: &dyn Source,
        store: &StoreArguments,
        name: &str,
        selector: &str,
        limit: f64,
    ) -> anyhow::Result<Self> {
        let store = store.open()?;
        let (version, profile, file) =
            async_runtime::start()?.block_on(read_version(&store, name, selector))?;
        let known: Profile = serde_json::from_slice(&profile).with_context(|| {
            format!("`{PROFILE_FILE}` of version {version} is not one of this tool")
        })?;

        let pipeline = ModelFile::parse(file)?.reference;
        let mut profiler = Profiler::new(&pipeline);
        source.read(&mut |row| {
            profiler.add(row.text, is_relevant(row.label, pipeline.labels()));
            Ok(())
        })?;

        let drift = known.distance(&profiler.finish());
        let noticeable = drift
            .beyond(limit)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        Ok(Self {
            version,
            drift,
            noticeable,
            limit,
        })
    }

    /// Returns a warning with the noticeable distances, if there are any.
    pub fn warning(&self) -> Option<String> {
        let Self {
            version,
            noticeable,
            limit,
            ..
        } = self;
        (!noticeable.is_empty()).then(|| {
            format!(
                "warning: {} moved by more than {limit} from the texts that version {version} was measured on: look at the \
                 texts, and train again if future ones will be like them",
                noticeable.join(", ")
            )
        })
    }
}

/// Returns whether a label is that of relevant texts, by the names of the model or the usual ones; none for any other label.
fn is_relevant(label: &str, names: &Labels) -> Option<bool> {
    let is_name = |name: &str| label.trim().to_lowercase() == name.to_lowercase();
    if is_name(&names.relevant) {
        return Some(true);
    }
    if is_name(&names.not_relevant) {
        return Some(false);
    }

    match label.parse() {
        Ok(Label::Relevant) => Some(true),
        Ok(Label::NotRelevant) => Some(false),
        Ok(Label::CantDecide) | Err(_) => None,
    }
}

/// Reads the number, the profile and the model file of a version.
async fn read_version(
    store: &Store,
    name: &str,
    selector: &str,
) -> anyhow::Result<(u64, Bytes, Bytes)> {
    let manifest = store.resolve(name, selector).await?;
    let version = manifest.version;
    ensure!(
        manifest.files.contains_key(PROFILE_FILE),
        "version {version} of `{name}` has no `{PROFILE_FILE}`: train it again"
    );

    let profile = store.read(&manifest, PROFILE_FILE).await?;
    let file = store.read(&manifest, MODEL_FILE).await?;
    Ok((version, profile, file))
}

impl fmt::Display for SourceDrift {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "drift from version {} (population stability index, and its value by chance):",
            self.version
        )?;
        for (name, Distance { psi, by_chance }) in self.drift.distances() {
            writeln!(formatter, "  {name}: {psi:.4} ({by_chance:.4})")?;
        }
        Ok(())
    }
}
