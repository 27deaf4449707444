//! Folders of Python packages, one a peer, since their pins exclude each other.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command::{command, target};
use crate::tools::pip;

/// Pinned packages, installed together.
pub struct Environment {
    /// Name of its folder.
    pub name: &'static str,
    /// The packages as `name==version`, the one that gives it its purpose first.
    pub packages: &'static [&'static str],
}

impl Environment {
    /// The packages with their versions, as people write them.
    pub fn versions(&self) -> String {
        self.packages
            .iter()
            .map(|package| package.replace("==", " "))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Installs what is not there yet.
    ///
    /// # Errors
    /// When pip fails, which it says itself.
    pub fn install(&self) -> Result<()> {
        pip::install_with_dependencies(self.packages, &self.folder())
            .with_context(|| format!("no packages for {}; it can be measured without", self.name))
    }

    /// A program of `xtask/bench/` with these packages, and with no others.
    pub fn program(&self, path: &str) -> Command {
        let mut python = command("python3");
        python
            .env("PYTHONPATH", self.folder())
            .env("PYTHONNOUSERSITE", "1")
            .env_remove("PYTHONHOME");
        python.arg(Path::new("xtask/bench").join(path));
        python
    }

    fn folder(&self) -> PathBuf {
        target().join("bench/python").join(self.name)
    }
}
