//! Programs from the Rust registry, compiled once.

use std::path::PathBuf;

use anyhow::Result;

use crate::command::{cargo, run, target};

/// Installs a program of a crate in `version` with `features`, unless it is there already, and
/// returns its path.
pub fn install(name: &str, version: &str, features: &[&str]) -> Result<PathBuf> {
    let folder = target().join("tools").join(name);
    let program = folder.join("bin").join(name);
    if program.exists() {
        return Ok(program);
    }

    let mut install = cargo();
    install
        .args(["install", name, "--locked", "--quiet"])
        .args(["--version", version, "--root"])
        .arg(&folder);
    if !features.is_empty() {
        install.args(["--features", &features.join(",")]);
    }
    run(&mut install)?;
    Ok(program)
}
