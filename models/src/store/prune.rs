//! Removal of old versions and of what stopped writers left.
//!
//! A version is first recorded as pruned in the object of the aliases, by the same conditional put.
//! A concurrent alias to it is either written before the record, and the version stays, or its
//! writer loses the put, reads the record and fails. Only then files are removed, the manifest
//! first.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use object_store::ObjectStoreExt as _;
use object_store::path::Path;
use serde::Serialize;

use crate::aliases::Aliases;
use crate::error::StoreError;
use crate::layout::MANIFEST;
use crate::listing::Listing;
use crate::store::open::Store;
use crate::store::open::failed;
use crate::store::staging::Staged;
use crate::store::update::Change;

/// Options of [`Store::prune`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PruneOptions {
    /// Number of the newest complete versions that are kept, in addition to those that an alias
    /// names.
    pub keep: usize,
    /// Minimum age of incomplete versions, staging files and unnamed test rows that are removed.
    ///
    /// It must exceed the duration of a publication, since a running publisher has the same traces
    /// as a stopped one.
    pub grace: Duration,
}

impl Default for PruneOptions {
    /// Five versions, one hour.
    fn default() -> Self {
        Self {
            keep: 5,
            grace: Duration::from_hours(1),
        }
    }
}

/// Versions, staging files and test rows that were removed, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Pruned {
    /// Complete versions, ascending.
    pub versions: Vec<u64>,
    /// Versions that were never completed, or only partly removed before, ascending.
    pub incomplete: Vec<u64>,
    /// Staging files of a local store, by their path below the model's folder.
    pub staging: Vec<String>,
    /// Digests of test rows that no remaining version names.
    pub test_rows: Vec<String>,
}

impl Pruned {
    /// Returns whether there is nothing to prune.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Store {
    /// Removes old versions that no alias names, and what stopped writers left, and returns what it
    /// removed.
    ///
    /// When it fails or is killed, the rest of a version is reported by [`Store::check`] and
    /// removed by the next call. The number of a pruned version is not used again.
    ///
    /// # Errors
    ///
    /// When there is no such model, the aliases cannot be read, or the object store fails.
    pub async fn prune(&self, name: &str, options: &PruneOptions) -> Result<Pruned, StoreError> {
        let content = self.content(name, options).await?;
        let mut pruned = self
            .update_aliases(name, |aliases| {
                let pruned = content.choose(aliases);
                for version in pruned.versions.iter().chain(&pruned.incomplete) {
                    aliases.prune(*version);
                }
                Ok(Change {
                    target: None,
                    outcome: pruned,
                })
            })
            .await?;

        for version in [&pruned.versions[..], &pruned.incomplete].concat() {
            self.remove_version(name, version, &content.listing).await?;
        }
        for path in &pruned.staging {
            self.remove_staged(name, path).await?;
        }

        pruned.test_rows = self.unnamed_test_rows(name, &content, &pruned).await?;
        for digest in &pruned.test_rows {
            self.remove(&self.test_rows_path(name, digest)).await?;
        }
        Ok(pruned)
    }

    /// Returns what [`Store::prune`] would remove now.
    ///
    /// # Errors
    ///
    /// As [`Store::prune`].
    pub async fn prunable(&self, name: &str, options: &PruneOptions) -> Result<Pruned, StoreError> {
        let content = self.content(name, options).await?;
        let mut pruned = content.choose(&self.aliases(name).await?);
        pruned.test_rows = self.unnamed_test_rows(name, &content, &pruned).await?;
        Ok(pruned)
    }

    async fn content(&self, name: &str, options: &PruneOptions) -> Result<Content, StoreError> {
        let listing = self.list_known(name).await?;
        let staged = self.staged(name).await?;
        let age = SignedDuration::try_from(options.grace).unwrap_or(SignedDuration::MAX);
        let oldest = Timestamp::now().checked_sub(age).unwrap_or(Timestamp::MIN);

        Ok(Content {
            listing,
            staged,
            keep: options.keep,
            oldest,
        })
    }

    /// Returns the test rows that are old enough and named by none of the remaining versions.
    ///
    /// Versions are listed again, since one may have been published meanwhile. While a manifest
    /// cannot be read, no rows are removed, since it may name any.
    async fn unnamed_test_rows(
        &self,
        name: &str,
        content: &Content,
        pruned: &Pruned,
    ) -> Result<Vec<String>, StoreError> {
        let rows = content.listing.test_rows.iter();
        let mut old: BTreeSet<&String> = rows
            .filter(|(_, written)| **written <= content.oldest)
            .map(|(digest, _)| digest)
            .collect();
        if old.is_empty() {
            return Ok(Vec::new());
        }

        for version in self.versions(name).await? {
            if pruned.versions.contains(&version) {
                continue;
            }
            match self.manifest(name, version).await {
                Ok(manifest) => old.retain(|digest| manifest.test_rows() != Some(digest.as_str())),
                // Pruned by another process meanwhile.
                Err(StoreError::UnknownVersion { .. }) => {}
                Err(
                    StoreError::UnreadableManifest { .. } | StoreError::MisplacedManifest { .. },
                ) => {
                    return Ok(Vec::new());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(old.into_iter().cloned().collect())
    }

    /// Removes a version's manifest, then its other files.
    async fn remove_version(
        &self,
        name: &str,
        version: u64,
        listing: &Listing,
    ) -> Result<(), StoreError> {
        let folder = self.version_path(name, version);
        self.remove(&folder.clone().join(MANIFEST)).await?;

        for (file, _) in listing.folders.get(&version).into_iter().flatten() {
            let parts = file.split('/');
            let path = parts.fold(folder.clone(), Path::join);
            self.remove(&path).await?;
        }

        Ok(())
    }

    /// Removes an object, if it exists.
    pub(crate) async fn remove(&self, path: &Path) -> Result<(), StoreError> {
        match self.objects.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed("delete", path)(error)),
        }
    }
}

/// Contents of a model's folder, and the limits of pruning.
struct Content {
    listing: Listing,
    staged: Vec<Staged>,
    keep: usize,
    /// Time after which only complete versions are removed.
    oldest: Timestamp,
}

impl Content {
    /// Chooses the versions and staging files to remove, given the aliases.
    fn choose(&self, aliases: &Aliases) -> Pruned {
        let complete = self.listing.complete();
        let newest = complete.len().saturating_sub(self.keep);
        let mut pruned = Pruned::default();

        for (index, version) in complete.iter().enumerate() {
            if aliases.pruned().contains(*version) {
                pruned.incomplete.push(*version);
            } else if index < newest && !aliases.names(*version) {
                pruned.versions.push(*version);
            }
        }

        let unfinished = self
            .listing
            .folders
            .iter()
            .filter(|(version, _)| complete.binary_search(version).is_err());
        for (version, files) in unfinished {
            let is_old = files.values().all(|written| *written <= self.oldest);
            if aliases.pruned().contains(*version) || (is_old && !aliases.names(*version)) {
                pruned.incomplete.push(*version);
            }
        }
        pruned.incomplete.sort_unstable();

        let old = self
            .staged
            .iter()
            .filter(|staged| staged.written <= self.oldest);
        pruned.staging = old.map(|staged| staged.path.clone()).collect();
        pruned
    }
}
