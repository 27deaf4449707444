//! Repair of aliases and manifests that cannot be read, such as after a power failure.

use std::collections::BTreeMap;

use object_store::{ObjectStore, PutMode};
use serde::Serialize;

use crate::aliases::{Aliases, CANDIDATE};
use crate::error::StoreError;
use crate::layout::{ALIASES, MANIFEST, UNREADABLE_MANIFEST};
use crate::store::check::dangling;
use crate::store::open::{Store, failed};
use crate::store::update::Change;

/// Changes of [`Store::repair`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Repaired {
    /// Versions whose unreadable manifest was set aside, ascending: they are incomplete now.
    pub withdrawn: Vec<u64>,
    /// Whether the aliases could not be read and were written anew, from what was readable of them.
    pub rebuilt_aliases: bool,
    /// Aliases that were removed, since they named no complete version, with their values.
    pub removed_aliases: BTreeMap<String, String>,
    /// The aliases after the repair.
    pub aliases: Aliases,
}

impl Repaired {
    /// Returns whether anything was changed.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        !self.withdrawn.is_empty() || self.rebuilt_aliases || !self.removed_aliases.is_empty()
    }
}

impl Store {
    /// Makes a model usable again whose aliases or manifests cannot be read.
    ///
    /// A manifest that cannot be read is renamed, so that its version becomes incomplete; its files
    /// stay until they are pruned. Aliases that cannot be read are written anew from the readable
    /// part; `candidate` then names the newest complete version if its own value is lost. Aliases of
    /// versions that are not complete are removed.
    ///
    /// # Errors
    ///
    /// When there is no such model, or the object store fails.
    pub async fn repair(&self, name: &str) -> Result<Repaired, StoreError> {
        let listing = self.list_known(name).await?;
        let mut repaired = Repaired::default();
        for version in listing.complete() {
            match self.manifest(name, version).await {
                // Pruned after it was listed.
                Ok(_) | Err(StoreError::UnknownVersion { .. }) => {}
                Err(
                    StoreError::UnreadableManifest { .. } | StoreError::MisplacedManifest { .. },
                ) => {
                    self.set_manifest_aside(name, version).await?;
                    repaired.withdrawn.push(version);
                }
                Err(error) => return Err(error),
            }
        }

        repaired.rebuilt_aliases = self.rebuild_aliases(name).await?;

        let listing = self.list(name).await?;
        (repaired.removed_aliases, repaired.aliases) = self
            .update_aliases(name, |aliases| {
                let lost: BTreeMap<String, String> = dangling(aliases, &listing).collect();
                for alias in lost.keys() {
                    aliases.remove(alias);
                }
                Ok(Change {
                    target: None,
                    outcome: (lost, aliases.clone()),
                })
            })
            .await?;

        Ok(repaired)
    }

    /// Renames a version's manifest.
    async fn set_manifest_aside(&self, name: &str, version: u64) -> Result<(), StoreError> {
        let folder = self.version_path(name, version);
        let [manifest, aside] =
            [MANIFEST, UNREADABLE_MANIFEST].map(|file| folder.clone().join(file));
        let Some((content, _)) = self.get(&manifest).await? else {
            return Ok(());
        };

        let copied = self
            .objects
            .put_opts(&aside, content.into(), PutMode::Overwrite.into())
            .await;
        copied.map_err(failed("write", &aside))?;
        self.remove(&manifest).await
    }

    /// Replaces aliases that cannot be read; returns whether it did.
    async fn rebuild_aliases(&self, name: &str) -> Result<bool, StoreError> {
        let newest = self.versions(name).await?.last().copied();
        let _writer = self.writers.lock().await;
        let _guard = self.exclusion.acquire(name).await?;
        if !matches!(
            self.aliases_with_version(name).await,
            Err(StoreError::UnreadableAliases { .. })
        ) {
            return Ok(false);
        }

        let path = self.model_path(name).join(ALIASES);
        let Some((content, seen)) = self.get(&path).await? else {
            return Ok(false);
        };
        let mut aliases = Aliases::from_damaged(&String::from_utf8_lossy(&content));
        if let (None, Some(newest)) = (aliases.version(CANDIDATE), newest) {
            aliases.set(CANDIDATE, newest);
        }

        // Another writer that was faster has found the aliases readable, or repaired them.
        self.put_aliases(name, &aliases, self.exclusion.put_mode(Some(seen)))
            .await
    }
}
