//! Files read whole and replaced whole.

use std::path::Path;

use anyhow::Context as _;
use tempfile::NamedTempFile;

/// The bytes of a file, with an error that names it.
pub fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// Replaces the file at `path` whole: nobody sees a part of it.
pub fn write_file(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    let place = || format!("cannot write `{}`", path.display());
    let mut file = sibling(path)?;
    std::io::Write::write_all(&mut file, contents).with_context(place)?;
    file.persist(path).with_context(place)?;
    Ok(())
}

/// A file beside `path` that may take its place; it goes when it is dropped.
pub fn sibling(path: &Path) -> anyhow::Result<NamedTempFile> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let file = tempfile::Builder::new()
        .permissions(readable())
        .tempfile_in(folder);
    file.with_context(|| format!("cannot write `{}`", path.display()))
}

/// What a new file may be done to, as far as the process's mask lets it.
fn readable() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
}
