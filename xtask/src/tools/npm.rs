//! Packages of the npm registry.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::command::{command, run};
use crate::tools::pinned;

/// Installs `packages`, each pinned as `name@version`, into `folder`.
pub fn install(packages: &[&str], folder: &Path) -> Result<()> {
    pinned::fill(folder, packages, || {
        fs::create_dir_all(folder)?;
        let mut npm = command("npm");
        npm.args(["install", "--no-save", "--no-audit", "--no-fund"])
            .arg("--ignore-scripts")
            .args(packages)
            .arg("--prefix")
            .arg(folder);
        run(&mut npm)
    })
}
