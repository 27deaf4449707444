//! Optimistic update of the aliases: read, modify, write unless another writer was faster.

use object_store::{ObjectStore, PutMode};

use crate::aliases::Aliases;
use crate::error::StoreError;
use crate::layout::ALIASES;
use crate::store::open::Store;
use crate::store::open::failed;

/// Maximum number of conditional puts.
const MAX_ATTEMPTS: u32 = 100;

/// Result of changing the aliases.
pub(crate) struct Change<T> {
    /// Version that an alias newly names; it must be complete and not pruned when the aliases are
    /// written.
    pub(crate) target: Option<u64>,
    /// Value for the caller.
    pub(crate) outcome: T,
}

impl Store {
    /// Applies `change` to the current aliases, again after each interfering writer.
    ///
    /// Unchanged aliases are not written. If a put fails although the aliases are what it would
    /// have written, an earlier attempt of the client's retries took effect. The change is then not
    /// applied again, since a second rollback would undo the first.
    pub(crate) async fn update_aliases<T>(
        &self,
        name: &str,
        change: impl Fn(&mut Aliases) -> Result<Change<T>, StoreError>,
    ) -> Result<T, StoreError> {
        let _writer = self.writers.lock().await;
        let _guard = self.exclusion.acquire(name).await?;
        let mut tried: Option<(Aliases, T)> = None;

        for _ in 0..MAX_ATTEMPTS {
            let (before, seen) = self.aliases_with_version(name).await?;
            if let Some((_, outcome)) = tried.take().filter(|(wanted, _)| *wanted == before) {
                return Ok(outcome);
            }

            let mut after = before.clone();
            let Change { target, outcome } = change(&mut after)?;
            if let Some(version) = target {
                self.verify(name, version, &before).await?;
            }

            let mode = self.exclusion.put_mode(seen);
            if after == before || self.put_aliases(name, &after, mode).await? {
                return Ok(outcome);
            }
            tried = Some((after, outcome));
        }

        let path = self.model_path(name).join(ALIASES).to_string();
        Err(StoreError::Contended {
            path,
            attempts: MAX_ATTEMPTS,
        })
    }

    /// Reads every file of a version; fails when it is pruned, or a file is missing or altered.
    async fn verify(&self, name: &str, version: u64, aliases: &Aliases) -> Result<(), StoreError> {
        if aliases.pruned().contains(version) {
            return Err(StoreError::Pruned {
                name: name.to_owned(),
                version,
            });
        }

        let manifest = self.manifest(name, version).await?;
        for file in manifest.files.keys() {
            self.read(&manifest, file).await?;
        }
        Ok(())
    }

    /// Writes the aliases; `false` when another writer was faster.
    pub(crate) async fn put_aliases(
        &self,
        name: &str,
        aliases: &Aliases,
        mode: PutMode,
    ) -> Result<bool, StoreError> {
        let path = self.model_path(name).join(ALIASES);
        let written = self
            .objects
            .put_opts(&path, aliases.to_json().into(), mode.into())
            .await;

        match written {
            Ok(_) => Ok(true),
            Err(
                object_store::Error::Precondition { .. }
                | object_store::Error::AlreadyExists { .. },
            ) => Ok(false),
            Err(error) => Err(failed("write", &path)(error)),
        }
    }
}
