//! Atomic and durable file replacement.

#[cfg(unix)]
use std::fs::Permissions;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
#[cfg(unix)]
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use tempfile::Builder;

use crate::temporary::TemporaryFile;

/// A file beside its target, which it replaces on [`commit`](Self::commit).
///
/// A target that is a symbolic link stays one: the file that it points to is replaced. The
/// permissions of a file that is replaced stay, and its owner where the system allows it.
///
/// A file that is dropped before leaves nothing behind, nor does one of a process that a signal
/// ends; what a killed process leaves, the next file beside the same target removes.
#[derive(Debug)]
pub struct AtomicFile {
    partial: TemporaryFile,
    target: PathBuf,
}

impl AtomicFile {
    /// Creates an empty file in the target's folder, with the permissions of the target; without one
    /// the process's mask limits them.
    ///
    /// # Errors
    ///
    /// When the folder does not exist or cannot be written to.
    pub fn create(target: &Path) -> io::Result<Self> {
        let link = target;
        let target = follow_links(link)?;
        let partial = TemporaryFile::create(builder(), folder(&target)).map_err(|error| {
            if target == link {
                return error;
            }
            let cause = format!("it is a link to `{}`: {error}", target.display());
            io::Error::new(error.kind(), cause)
        })?;
        if let Ok(replaced) = fs::metadata(&target) {
            keep_access(partial.as_file(), &replaced);
        }
        Ok(Self { partial, target })
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

/// Returns the path behind symbolic links, which may lead to a file that is not there yet.
fn follow_links(target: &Path) -> io::Result<PathBuf> {
    /// Number of links that Linux follows.
    const MAX_LINKS: usize = 40;

    let mut path = target.to_owned();
    for _ in 0..MAX_LINKS {
        if !path.is_symlink() {
            return Ok(path);
        }
        let link = fs::read_link(&path)?;
        path = folder(&path).join(link);
    }
    // It fails with the error of the system for a loop.
    fs::metadata(target).map(|_| path)
}

/// Gives a file the owner, group and permissions of the one that it replaces, as far as the process
/// and the file system can do that.
#[cfg(unix)]
fn keep_access(file: &File, replaced: &Metadata) {
    if replaced.is_file() {
        let _ = fchown(file, Some(replaced.uid()), Some(replaced.gid()));
        let _ = file.set_permissions(replaced.permissions());
    }
}

/// Files of other systems have the access that their folder gives.
#[cfg(not(unix))]
fn keep_access(_file: &File, _replaced: &Metadata) {}

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
    fn a_link_stays_and_the_file_behind_it_is_replaced() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("real")).unwrap();
        fs::write(path("real/there"), b"old").unwrap();
        for (link, to, real) in [
            ("relative", "real/there", "real/there"),
            ("chain", "relative", "real/there"),
            ("dangling", "real/new", "real/new"),
            (
                "absolute",
                path("real/other").to_str().unwrap(),
                "real/other",
            ),
        ] {
            symlink(to, path(link)).unwrap();
            write_atomically(&path(link), link.as_bytes()).unwrap();
            assert!(path(link).is_symlink(), "{link}");
            assert_eq!(fs::read(path(real)).unwrap(), link.as_bytes());
        }

        symlink("loop", path("loop")).unwrap();
        assert!(write_atomically(&path("loop"), b"new").is_err());
        symlink("missing/file", path("broken")).unwrap();
        let error = write_atomically(&path("broken"), b"new").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(error.to_string().contains("missing/file"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 7);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_of_a_replaced_file_stay() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out.csv");
        for mode in [0o600, 0o640, 0o666, 0o444] {
            fs::write(&target, b"old").unwrap();
            fs::set_permissions(&target, Permissions::from_mode(mode)).unwrap();
            write_atomically(&target, b"new").unwrap();
            let got = fs::metadata(&target).unwrap().permissions().mode();
            assert_eq!(got & 0o777, mode);
            fs::remove_file(&target).unwrap();
        }
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
