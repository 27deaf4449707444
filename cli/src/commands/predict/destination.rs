//! Destination of the predictions: standard output, or a file or object that is replaced once it is complete.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use relevance_storage::AtomicFile;

use super::object_store::{RemoteObject, Upload};
use crate::files::{self, is_url};

/// Standard output, a file or an object.
pub enum Destination {
    Standard,
    /// A device or a pipe, which is written to and not replaced.
    Special(File, PathBuf),
    /// A temporary file that replaces the one at the path once it is committed.
    Sibling(AtomicFile, PathBuf),
    /// An object that is there once it is committed.
    Remote(Upload, PathBuf),
}

impl Destination {
    /// Opens the file at `path`, or standard output without one.
    pub fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else {
            return Ok(Self::Standard);
        };

        if is_url(path) {
            let upload = RemoteObject::at(path)?.upload();
            return Ok(Self::Remote(upload, path.to_owned()));
        }
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
            Self::Special(_, path) | Self::Sibling(_, path) | Self::Remote(_, path) => {
                format!("`{}`", path.display())
            }
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
            Self::Remote(upload, _) => Box::new(upload.clone()),
        })
    }

    /// Replaces the file at the path.
    pub fn keep(self) -> anyhow::Result<()> {
        match self {
            Self::Sibling(file, path) => file
                .commit()
                .with_context(|| format!("cannot write `{}`", path.display())),
            Self::Remote(upload, _) => upload.commit(),
            Self::Standard | Self::Special(..) => Ok(()),
        }
    }
}
