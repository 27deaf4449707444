//! How far the texts of a source are from those that a model was measured on.

use std::fmt;

use anyhow::{Context as _, bail};
use relevance_data::{Label, Source};
use relevance_train::{Distance, Drift, Profile, Profiler};
use serde::Serialize;

use crate::arguments::StoreArguments;
use crate::async_runtime;
use crate::workflow::model_file::ModelFile;
use crate::workflow::version_files::{MODEL_FILE, PROFILE_FILE};

/// The drift of a source from a version of a model.
#[derive(Debug, Serialize)]
pub struct SourceDrift {
    /// The version.
    version: u64,
    /// Its distances, by the version's profile.
    #[serde(flatten)]
    drift: Drift,
    /// The distances that are worth a look, by name.
    noticeable: Vec<&'static str>,
    /// Above which index a distance is.
    limit: f64,
}

impl SourceDrift {
    /// Profiles the rows of `source` as the version sees them, and holds them against its own profile.
    pub fn measure(
        source: &dyn Source,
        store: &StoreArguments,
        name: &str,
        selector: &str,
        limit: f64,
    ) -> anyhow::Result<Self> {
        let store = store.open()?;
        let (version, profile, file) = async_runtime::start()?.block_on(async {
            let manifest = store.resolve(name, selector).await?;
            if !manifest.files.contains_key(PROFILE_FILE) {
                bail!(
                    "version {} of `{name}` has no `{PROFILE_FILE}`: train it again",
                    manifest.version
                );
            }
            let profile = store.read(&manifest, PROFILE_FILE).await?;
            Ok((
                manifest.version,
                profile,
                store.read(&manifest, MODEL_FILE).await?,
            ))
        })?;
        let known: Profile = serde_json::from_slice(&profile).with_context(|| {
            format!("`{PROFILE_FILE}` of version {version} is not one of this tool")
        })?;
        let pipeline = ModelFile::parse(file)?.reference;
        let mut profiler = Profiler::new(&pipeline);
        source.read(&mut |row| {
            let label = row
                .label
                .parse::<Label>()
                .ok()
                .filter(|label| *label != Label::CantDecide);
            profiler.add(row.text, label.map(|label| label == Label::Relevant));
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

    /// A warning that names what moved, if anything did.
    pub fn warning(&self) -> Option<String> {
        let Self {
            version,
            noticeable,
            limit,
            ..
        } = self;
        (!noticeable.is_empty()).then(|| {
            format!(
                "warning: {} moved by more than {limit} from what version {version} was measured on: look at the texts, and \
                 train again when they are what will come",
                noticeable.join(", ")
            )
        })
    }
}

impl fmt::Display for SourceDrift {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "drift from version {} (population stability index, and what chance makes of it):",
            self.version
        )?;
        for (name, Distance { psi, by_chance }) in self.drift.distances() {
            writeln!(formatter, "  {name}: {psi:.4} ({by_chance:.4})")?;
        }
        Ok(())
    }
}
