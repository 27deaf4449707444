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

/// Creates a file beside `path`, which it replaces once it is committed.
pub fn sibling(path: &Path) -> anyhow::Result<AtomicFile> {
    AtomicFile::create(path).with_context(|| format!("cannot write `{}`", path.display()))
}
