//! Mutual exclusion of writers of the aliases.
//!
//! Stores with conditional puts need no lock. The local file system has no conditional put, so
//! writers hold an exclusive lock of the operating system, which is released when the process ends,
//! even if it is killed.

use std::fs::File;
use std::path::{Path, PathBuf};

use object_store::{PutMode, UpdateVersion};

use crate::error::StoreError;
use crate::layout::ALIASES_LOCK;

/// Mutual exclusion of concurrent writers of aliases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AliasExclusion {
    /// The store accepts a put only if the object is still the one that was read.
    ConditionalPut,
    /// The store is this folder; `<folder>/<name>/.aliases.lock` is locked.
    FileLock(PathBuf),
}

/// Guard while the aliases are read, changed and written.
#[derive(Debug)]
pub(crate) struct AliasGuard {
    /// Holds the lock until the file is closed.
    _lock: Option<File>,
}

impl AliasExclusion {
    /// Waits until no other process changes the aliases of `name`.
    pub(crate) async fn acquire(&self, name: &str) -> Result<AliasGuard, StoreError> {
        match self {
            Self::ConditionalPut => Ok(AliasGuard { _lock: None }),
            Self::FileLock(root) => {
                let path = root.join(name).join(ALIASES_LOCK);
                let lock = tokio::task::spawn_blocking(move || lock(&path)).await;
                let lock = lock.expect("taking a lock does not panic")?;
                Ok(AliasGuard { _lock: Some(lock) })
            }
        }
    }

    /// Returns the mode of a put that must not overwrite another writer's aliases; `seen` is the
    /// identity of those that were read, if there were any.
    pub(crate) fn put_mode(&self, seen: Option<UpdateVersion>) -> PutMode {
        match (self, seen) {
            (Self::FileLock(_), _) => PutMode::Overwrite,
            (Self::ConditionalPut, Some(seen)) => PutMode::Update(seen),
            (Self::ConditionalPut, None) => PutMode::Create,
        }
    }
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let take = || {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        file.lock()?;
        Ok(file)
    };

    take().map_err(|source| StoreError::Lock {
        path: path.to_owned(),
        source,
    })
}
