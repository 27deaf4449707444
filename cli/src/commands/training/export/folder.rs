//! Folders with a model file and what another program needs to load it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use relevance_models::layout::{MANIFEST, MODEL_FILE};

use crate::files;

/// A folder whose files are replaced.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes the folder, and those above it, unless they exist.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(path)
            .with_context(|| format!("cannot make `{}`", path.display()))?;
        Ok(Self(path.to_owned()))
    }

    /// Makes a folder below this one.
    pub fn create_below(&self, name: &str) -> anyhow::Result<Self> {
        Self::create(&self.0.join(name))
    }

    /// Writes a file.
    pub fn write(&self, name: &str, content: &[u8]) -> anyhow::Result<()> {
        files::write_file(&self.0.join(name), content)
    }

    /// Writes the model file. The folder of a store's version may have that very model, and no other.
    pub fn write_model(&self, model: &[u8]) -> anyhow::Result<()> {
        if self.0.join(MANIFEST).exists() {
            let stored = files::read_file(&self.0.join(MODEL_FILE))?;
            ensure!(
                stored == model,
                "`{}` is a version of a model store with another model: export into another folder",
                self.0.display()
            );
            return Ok(());
        }
        self.write(MODEL_FILE, model)
    }
}
