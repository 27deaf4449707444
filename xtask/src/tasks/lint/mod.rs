//! Format, import cycles, prose, deployment files, the repository's address, clippy and documentation.

mod cycles;
mod deployment;
mod prose;

use anyhow::Result;

use crate::command::{cargo, run};
use crate::tasks::repository;

/// Runs every check and stops at the first that fails.
pub fn check() -> Result<()> {
    run(cargo().args(["fmt", "--all", "--check"]))?;
    cycles::check()?;
    prose::check()?;
    deployment::check()?;
    repository::check(None)?;

    clippy(&["--workspace", "--all-targets"])?;
    // The command of the image.
    clippy(&["--package", "relevance", "--no-default-features"])?;

    let mut documentation = cargo();
    documentation
        .args([
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
        ])
        .args(["--locked", "--quiet"])
        .env("RUSTDOCFLAGS", "--deny warnings");
    run(&mut documentation)
}

/// Runs clippy on a selection of packages, whose warnings are errors.
fn clippy(selection: &[&str]) -> Result<()> {
    let mut clippy = cargo();
    clippy
        .args(["clippy", "--locked"])
        .args(selection)
        .args(["--", "--deny", "warnings"]);
    run(&mut clippy)
}
