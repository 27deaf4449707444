//! Mutual exclusion of writers of the aliases.
//!
//! Stores with conditional puts need no lock. The local file system has no conditional put, so
//! writers hold an exclusive lock of the operating system, which is released when the process ends,
//! even if it is killed.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use object_store::{PutMode, UpdateVersion};

use crate::error::StoreError;
use crate::layout::ALIASES_LOCK;

/// Time to wait for a lock, which a writer holds for some milliseconds.
const MAX_WAIT: Duration = Duration::from_secs(30);
/// Time between two attempts to take a lock.
const RETRY: Duration = Duration::from_millis(20);

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
                let lock = tokio::task::spawn_blocking(move || lock(&path, MAX_WAIT)).await;
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

/// Locks a file, and waits for another process that holds the lock, up to a time.
fn lock(path: &Path, max_wait: Duration) -> Result<File, StoreError> {
    let failed = |source| StoreError::Lock {
        path: path.to_owned(),
        source,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(failed)?;

    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if start.elapsed() < max_wait => thread::sleep(RETRY),
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Locked {
                    path: path.to_owned(),
                    waited: max_wait,
                });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_another_holds_is_waited_for_up_to_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(ALIASES_LOCK);
        let held = lock(&path, Duration::ZERO).unwrap();

        let error = lock(&path, Duration::from_millis(50)).unwrap_err();
        assert!(error.to_string().contains("another process"), "{error}");

        let waiting = thread::spawn({
            let path = path.clone();
            move || lock(&path, Duration::from_mins(1))
        });
        drop(held);
        assert!(waiting.join().unwrap().is_ok());
    }
}
