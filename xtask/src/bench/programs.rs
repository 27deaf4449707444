//! The programs in release: the command, and those of the package `relevance-bench`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::command::{cargo, clean, run, target};

/// Where the programs are.
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Builds all at once, so that none is built with other features of what they share.
    pub fn build() -> Result<Self> {
        let packages = ["--package", "relevance", "--package", "relevance-bench"];
        run(cargo().args(["build", "--release", "--locked"]).args(packages))?;
        Ok(Self { folder: target().join("release") })
    }

    /// The command.
    pub fn relevance(&self) -> Command {
        clean(&self.folder.join("relevance"))
    }

    /// What times the engines.
    pub fn score(&self) -> Command {
        clean(&self.folder.join("score"))
    }

    /// What counts the engines' allocations.
    pub fn allocations(&self) -> Command {
        clean(&self.folder.join("allocations"))
    }

    /// The file of what does one thing so many times.
    pub fn instructions(&self) -> PathBuf {
        self.folder.join("instructions")
    }
}
