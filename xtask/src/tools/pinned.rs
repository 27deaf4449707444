//! Folders that hold just the packages that are pinned.

use std::fs;
use std::path::Path;

use anyhow::Result;

/// Has `install` fill an empty `folder`, unless it holds just `packages` already.
pub fn fill(folder: &Path, packages: &[&str], install: impl FnOnce() -> Result<()>) -> Result<()> {
    // The pins are the mark, so that other versions are fetched when they change.
    let (mark, pins) = (folder.join("packages"), packages.join("\n"));
    if fs::read_to_string(&mark).is_ok_and(|packages| packages == pins) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    install()?;
    Ok(fs::write(&mark, pins)?)
}
