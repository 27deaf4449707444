//! Folders that hold exactly a set of pinned packages.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::command::remove_folder;

/// Empties `folder` and calls `install` to fill it, unless it already holds exactly `packages`.
pub fn fill(folder: &Path, packages: &[&str], install: impl FnOnce() -> Result<()>) -> Result<()> {
    // The pins are stored beside the packages, so that a changed pin installs again.
    let (marker, pins) = (folder.join("packages"), packages.join("\n"));
    if fs::read_to_string(&marker).is_ok_and(|installed| installed == pins) {
        return Ok(());
    }

    remove_folder(folder)?;
    install()?;
    Ok(fs::write(&marker, pins)?)
}
