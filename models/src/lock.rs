//! One writer of the aliases at a time.
//!
//! Stores with conditional puts need no lock. The local file system has none, so there an exclusive lock of the
//! operating system is held; the system releases it when the process ends, however it ends.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::error::StoreError;
use crate::layout::ALIASES_LOCK;

/// How writers of one aliases file exclude each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AliasExclusion {
    /// The store takes a put only when the object is still the one that was read.
    ConditionalPut,
    /// The store is this folder; `<folder>/<name>/.aliases.lock` is locked.
    FileLock(PathBuf),
}

/// Held while the aliases are read, changed and written.
#[derive(Debug)]
pub(crate) struct AliasGuard {
    /// The lock lives as long as the open file.
    _lock: Option<File>,
}

impl AliasExclusion {
    /// Waits until no other process or task changes the aliases of `name`.
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
