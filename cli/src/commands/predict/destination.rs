//! Destination of the predictions: standard output, or a file that is replaced once it is complete.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use relevance_storage::AtomicFile;

use crate::files;

/// Standard output or a file.
pub enum Destination {
    Standard,
    /// A device or a pipe, which is written to and not replaced.
    Special(File, PathBuf),
    /// A temporary file that replaces the one at the path once it is committed.
    Sibling(AtomicFile, PathBuf),
}

impl Destination {
    /// Opens the file at `path`, or standard output without one.
    pub fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else {
            return Ok(Self::Standard);
        };

        if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            let file = File::options().write(true).open(path);
            let file = file.with_context(|| format!("cannot write to `{}`", path.display()))?;
            return Ok(Self::Special(file, path.to_owned()));
        }

        Ok(Self::Sibling(files::sibling(path)?, path.to_owned()))
    }

    /// Its name in messages.
    pub fn name(&self) -> String {
        match self {
            Self::Standard => "standard output".to_owned(),
            Self::Special(_, path) | Self::Sibling(_, path) => format!("`{}`", path.display()),
        }
    }

    /// Whether a progress bar would mix with the predictions.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Standard) && io::stdout().is_terminal()
    }

    /// A writer to it.
    pub fn writer(&self) -> anyhow::Result<Box<dyn Write + Send>> {
        Ok(match self {
            Self::Standard => Box::new(io::stdout()),
            Self::Special(file, _) => Box::new(file.try_clone()?),
            Self::Sibling(file, _) => Box::new(file.as_file().try_clone()?),
        })
    }

    /// Replaces the file at the path.
    pub fn keep(self) -> anyhow::Result<()> {
        if let Self::Sibling(file, path) = self {
            file.commit()
                .with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        Ok(())
    }
}
