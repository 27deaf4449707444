//! Temporary files and folders that do not outlive the process for long.
//!
//! One is removed when it is dropped, and by [`remove_temporary_files`] when a signal ends the
//! process. A killed process leaves its own; the next one that creates one in the same folder
//! removes them. It knows them by their names, and that no process uses them by their locks, which
//! the system releases when a process ends.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tempfile::{Builder, NamedTempFile, TempDir};

/// Beginning of the names; hidden, since a file is not complete.
const PREFIX: &str = ".relevance-";
/// End of the names.
const SUFFIX: &str = ".partial";
/// Minimum age of a file that is removed: between creation and lock a file belongs to a process too.
const MIN_STALE_AGE: Duration = Duration::from_secs(10);

/// Temporary files and folders of this process.
static PATHS: LazyLock<Mutex<HashSet<PathBuf>>> = LazyLock::new(Mutex::default);

/// A locked file with a name, which is removed on drop.
#[derive(Debug)]
pub(crate) struct TemporaryFile(Option<NamedTempFile>);

impl TemporaryFile {
    /// Creates an empty file in `folder` with the permissions of `builder`, and removes stale ones
    /// there.
    ///
    /// # Errors
    ///
    /// When the folder does not exist or cannot be written to.
    pub(crate) fn create(
        mut builder: Builder<'static, 'static>,
        folder: &Path,
    ) -> io::Result<Self> {
        remove_stale(folder);
        builder.prefix(PREFIX).suffix(SUFFIX);
        let file = create(|| builder.tempfile_in(folder), NamedTempFile::path)?;

        // A file system without locks keeps the files of killed processes.
        let _ = file.as_file().try_lock();
        Ok(Self(Some(file)))
    }

    /// The open file.
    pub(crate) fn as_file(&self) -> &File {
        let file = self.0.as_ref();
        file.expect("the file is there until the end").as_file()
    }

    /// Renames the file to `target`, which is replaced.
    pub(crate) fn persist(mut self, target: &Path) -> io::Result<File> {
        let file = self.0.take().expect("a file is persisted once");
        let path = file.path().to_owned();
        let persisted = file.persist(target);
        forget(&path);
        Ok(persisted?)
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if let Some(file) = self.0.take() {
            let path = file.path().to_owned();
            drop(file);
            forget(&path);
        }
    }
}

/// A locked folder in the system's folder of temporary files, which is removed with its content on
/// drop.
#[derive(Debug)]
pub struct TemporaryFolder {
    folder: Option<TempDir>,
    /// Holds the lock until it is closed.
    _lock: Option<File>,
}

impl TemporaryFolder {
    /// Creates an empty folder, which only its owner can read, and removes stale ones.
    ///
    /// # Errors
    ///
    /// When the system's folder of temporary files does not exist or cannot be written to.
    pub fn create() -> io::Result<Self> {
        remove_stale(&std::env::temp_dir());
        let mut builder = Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        let folder = create(|| builder.tempdir(), TempDir::path)?;

        let lock = File::open(folder.path()).ok();
        // As for a file.
        let _ = lock.as_ref().map(File::try_lock);
        Ok(Self {
            folder: Some(folder),
            _lock: lock,
        })
    }

    /// The path.
    ///
    /// # Panics
    /// Never: only the drop takes the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        let folder = self.folder.as_ref();
        folder.expect("the folder is there until the end").path()
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.take() {
            let path = folder.path().to_owned();
            drop(folder);
            forget(&path);
        }
    }
}

/// Removes every temporary file and folder of this process, and keeps other threads from creating more.
///
/// It is for a process that ends now: the lock is never released.
pub fn remove_temporary_files() {
    let paths = PATHS.lock().unwrap_or_else(PoisonError::into_inner);
    for path in paths.iter() {
        remove(path);
    }
    std::mem::forget(paths);
}

/// Checks that files can be created in a folder.
///
/// # Errors
///
/// When the folder does not exist or cannot be written to.
pub fn check_writable(folder: &Path) -> io::Result<()> {
    if let (false, Ok(target)) = (folder.exists(), folder.read_link()) {
        let cause = format!("it is a link to `{}`, which is not there", target.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, cause));
    }
    tempfile::tempfile_in(folder).map(drop)
}

/// Creates a file or a folder and notes its path.
fn create<T>(
    create: impl FnOnce() -> io::Result<T>,
    path: impl FnOnce(&T) -> &Path,
) -> io::Result<T> {
    // Under the lock, so that a signal finds the path in the set or not at all.
    let mut paths = PATHS.lock().unwrap_or_else(PoisonError::into_inner);
    let created = create().map_err(without_path)?;
    paths.insert(path(&created).to_owned());
    Ok(created)
}

/// Returns the error of the system without the random name that `tempfile` adds to it.
fn without_path(error: io::Error) -> io::Error {
    let message = error.to_string();
    match message.rsplit_once(" at path ") {
        Some((cause, _)) => io::Error::new(error.kind(), cause.to_owned()),
        None => error,
    }
}

fn forget(path: &Path) {
    PATHS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(path);
}

/// Removes a file or a folder, as far as that is possible.
fn remove(path: &Path) {
    let _ = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
}

/// Removes what killed processes left in a folder.
fn remove_stale(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) && is_stale(&entry.path()) {
            remove(&entry.path());
        }
    }
}

/// Whether a file or a folder is old enough and no process has locked it.
fn is_stale(path: &Path) -> bool {
    let is_old = |metadata: fs::Metadata| {
        let age = SystemTime::now().duration_since(metadata.modified().ok()?);
        Some(!metadata.is_symlink() && age.is_ok_and(|age| age > MIN_STALE_AGE))
    };
    let old = fs::symlink_metadata(path).ok().and_then(is_old);
    old.unwrap_or_default() && File::open(path).is_ok_and(|file| file.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that nobody wrote to for a minute.
    fn write_old(path: &Path) -> File {
        fs::write(path, b"old").unwrap();
        let file = File::options().write(true).open(path).unwrap();
        let modified = SystemTime::now() - Duration::from_mins(1);
        file.set_modified(modified).unwrap();
        file
    }

    #[test]
    fn files_of_killed_processes_are_removed_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let left = path(".relevance-abc.partial");
        let others = [
            path(".relevance-new.partial"),
            path(".relevance-locked.partial"),
            path(".tmpabc"),
            path("relevance.partial"),
        ];
        drop(write_old(&left));
        fs::write(&others[0], b"new").unwrap();
        let locked = write_old(&others[1]);
        locked.lock().unwrap();
        for other in &others[2..] {
            drop(write_old(other));
        }

        let left_folder = path(".relevance-def.partial");
        fs::create_dir(&left_folder).unwrap();
        drop(write_old(&left_folder.join("db.sqlite")));
        let modified = SystemTime::now() - Duration::from_mins(1);
        File::open(&left_folder)
            .unwrap()
            .set_modified(modified)
            .unwrap();

        let file = TemporaryFile::create(Builder::new(), folder.path()).unwrap();
        assert!(!left_folder.exists());
        assert!(!left.exists() && others.iter().all(|other| other.exists()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);
        drop(file);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }
}
