//! Node's package installer, for what only its registry has.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::command::{command, run};
use crate::tools::pinned;

/// Installs `packages`, each pinned as `name@version`, into `folder` alone, unless just these are there already.
pub fn install(packages: &[&str], folder: &Path) -> Result<()> {
    pinned::fill(folder, packages, || {
        fs::create_dir_all(folder)?;
        let mut npm = command("npm");
        npm.args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
        ])
        .args(packages);
        run(npm.arg("--prefix").arg(folder))
    })
}
