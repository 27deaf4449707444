//! Removing old versions and what stopped writers left.
//!
//! A version is first recorded as pruned, in the object that holds the aliases and by the same conditional put. An alias
//! that moves to it at that moment is either there before the record, and the version stays, or its writer loses the
//! put, reads the record and refuses. Only then files go, the manifest before the others.

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

/// What [`Store::prune`] keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PruneOptions {
    /// How many of the newest complete versions stay, beside those that an alias names.
    pub keep: usize,
    /// How old unfinished versions, staging files and unnamed test rows become before they go; longer than any
    /// publication takes, since a publisher at work leaves the same traces as a stopped one.
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

/// What was pruned, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Pruned {
    /// Complete versions, ascending.
    pub versions: Vec<u64>,
    /// Versions that were never completed, or not wholly removed before, ascending.
    pub incomplete: Vec<u64>,
    /// Staging files of a local store, by their path below the model's folder.
    pub staging: Vec<String>,
    /// Digests of test rows that no remaining version names.
    pub test_rows: Vec<String>,
}

impl Pruned {
    /// Whether there is nothing to prune.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Store {
    /// Removes old versions that no alias names, and what stopped writers left; says what it removed.
    ///
    /// When it fails or is killed, what is left of a version is reported by [`Store::check`] and goes with the next call.
    /// The number of a pruned version is not given to another.
    ///
    /// # Errors
    ///
    /// When the store has nothing of that name, the aliases cannot be read, or the object store fails.
    pub async fn prune(&self, name: &str, options: &PruneOptions) -> Result<Pruned, StoreError> {
        let content = self.content(name, options).await?;
        let mut pruned = self
            .update_aliases(name, |aliases| {
                let pruned = content.choose(aliases);
                pruned
                    .versions
                    .iter()
                    .chain(&pruned.incomplete)
                    .for_each(|version| aliases.prune(*version));
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

    /// What [`Store::prune`] would remove now.
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

    /// The test rows that are old enough and that none of the remaining versions names.
    ///
    /// The versions are read again, since one may have been published meanwhile. None go as long as a manifest cannot be
    /// read, since it may name any.
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
                // Another process prunes too.
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

    /// Removes a version's manifest and then its other files.
    async fn remove_version(
        &self,
        name: &str,
        version: u64,
        listing: &Listing,
    ) -> Result<(), StoreError> {
        let folder = self.version_path(name, version);
        self.remove(&folder.clone().join(MANIFEST)).await?;
        for (file, _) in listing.folders.get(&version).into_iter().flatten() {
            self.remove(&folder.clone().join(file.as_str())).await?;
        }
        Ok(())
    }

    /// Removes an object, if it is there.
    pub(crate) async fn remove(&self, path: &Path) -> Result<(), StoreError> {
        match self.objects.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed("delete", path)(error)),
        }
    }
}

/// What the store has of a model, and what may go of it.
struct Content {
    listing: Listing,
    staged: Vec<Staged>,
    keep: usize,
    /// What was written later is not touched, unless it is a complete version.
    oldest: Timestamp,
}

impl Content {
    /// The versions and staging files that go, when these are the aliases.
    fn choose(&self, aliases: &Aliases) -> Pruned {
        let complete = self.listing.complete();
        let newest = complete.len().saturating_sub(self.keep);
        let mut pruned = Pruned::default();
        for (index, version) in complete.iter().enumerate() {
            if aliases.pruned().contains(*version) {
                pruned.incomplete.push(*version);
            } else if index < newest && !aliases.name(*version) {
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
            if aliases.pruned().contains(*version) || (is_old && !aliases.name(*version)) {
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
