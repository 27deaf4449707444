//! Files that are whole or not there.

use std::io::Write;
use std::path::Path;

use tempfile::Builder;

use crate::error::DataError;

/// Writes a file beside `target` and renames it to `target` when `write` succeeds; otherwise nothing stays.
pub(crate) fn replace_file<T>(
    target: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, DataError>,
) -> Result<T, DataError> {
    let name = target.display().to_string();
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = Builder::new();
    builder.prefix(".").suffix(".partial");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut partial = builder
        .tempfile_in(directory)
        .map_err(DataError::file("create a file beside", &name))?;
    let value = write(&mut partial)?;
    partial
        .as_file()
        .sync_all()
        .map_err(DataError::file("write", &name))?;
    partial
        .persist(target)
        .map_err(|error| DataError::file("replace", name)(error.error))?;
    Ok(value)
}
