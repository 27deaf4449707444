//! Atomic and durable file replacement.

use std::fs::File;
#[cfg(unix)]
use std::fs::Permissions;
use std::io::{self, Write};
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::Builder;

use crate::temporary::TemporaryFile;

/// A file beside its target, which it replaces on [`commit`](Self::commit).
///
/// A file that is dropped before leaves nothing behind, nor does one of a process that a signal
/// ends; what a killed process leaves, the next file beside the same target removes.
#[derive(Debug)]
pub struct AtomicFile {
    partial: TemporaryFile,
    target: PathBuf,
}

impl AtomicFile {
    /// Creates an empty file in the target's folder; the process's mask limits its permissions.
    ///
    /// # Errors
    ///
    /// When the folder does not exist or cannot be written to.
    pub fn create(target: &Path) -> io::Result<Self> {
        Ok(Self {
            partial: TemporaryFile::create(builder(), folder(target))?,
            target: target.to_owned(),
        })
    }

    /// The open file.
    #[must_use]
    pub fn as_file(&self) -> &File {
        self.partial.as_file()
    }

    /// Replaces the target: syncs the file, renames it and syncs the folder.
    ///
    /// # Errors
    ///
    /// When the content cannot be written to disk or the target cannot be replaced.
    pub fn commit(mut self) -> io::Result<()> {
        self.flush()?;
        self.partial.as_file().sync_all()?;
        self.partial.persist(&self.target)?;

        sync_folder(folder(&self.target))
    }
}

impl Write for AtomicFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.partial.as_file().write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.partial.as_file().flush()
    }
}

/// Replaces the content of the file at `target`, atomically and durably.
///
/// # Errors
///
/// As [`AtomicFile::create`] and [`AtomicFile::commit`].
pub fn write_atomically(target: &Path, contents: &[u8]) -> io::Result<()> {
    let mut file = AtomicFile::create(target)?;
    file.write_all(contents)?;
    file.commit()
}

/// Returns a builder of files that others may read as far as the process's mask allows; temporary
/// files are private otherwise.
#[cfg(unix)]
fn builder() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.permissions(Permissions::from_mode(0o666));
    builder
}

/// Returns a builder of files with the permissions of the folder.
#[cfg(not(unix))]
fn builder() -> Builder<'static, 'static> {
    Builder::new()
}

fn folder(target: &Path) -> &Path {
    target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Makes the renaming of a file in the folder durable.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Other systems cannot sync a folder.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn target_is_replaced_only_on_commit() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("model.onnx");
        write_atomically(&target, b"old").unwrap();

        let mut file = AtomicFile::create(&target).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"old");

        file.commit().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn dropped_file_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = AtomicFile::create(&folder.path().join("model.onnx")).unwrap();
        file.write_all(b"new").unwrap();

        drop(file);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn missing_folder_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("missing/model.onnx");
        let error = write_atomically(&target, b"new").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_the_file_as_far_as_the_mask_allows() {
        let folder = tempfile::tempdir().unwrap();
        let (plain, atomic) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&plain, b"").unwrap();
        write_atomically(&atomic, b"").unwrap();

        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&atomic), mode(&plain));
    }
}
