//! Reading and replacing of whole files.

use std::path::Path;

use anyhow::Context as _;
use relevance_storage::AtomicFile;

/// Reads a file, with an error that names it.
pub fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// Replaces the file at `path`, atomically and durably.
#[cfg(feature = "train")]
pub fn write_file(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    relevance_storage::write_atomically(path, contents)
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// Checks that the file at `path` can be replaced, without a change.
#[cfg(feature = "train")]
pub fn check_writable(path: &Path) -> anyhow::Result<()> {
    let context = || format!("cannot write `{}`", path.display());
    if path.is_dir() {
        return Err(std::io::Error::from(std::io::ErrorKind::IsADirectory)).with_context(context);
    }
    AtomicFile::create(path).map(drop).with_context(context)
}

/// Creates a file beside `path`, which it replaces once it is committed.
pub fn sibling(path: &Path) -> anyhow::Result<AtomicFile> {
    AtomicFile::create(path).with_context(|| format!("cannot write `{}`", path.display()))
}
