//! The release build of `relevance`.

use std::path::PathBuf;

use anyhow::Result;

use crate::command::{cargo, run, target};

/// Builds the program and returns its path.
pub fn build() -> Result<PathBuf> {
    run(cargo().args(["build", "--release", "--locked", "--package", "relevance"]))?;
    Ok(target().join("release/relevance"))
}
