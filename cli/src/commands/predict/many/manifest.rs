//! The manifest: inputs, outputs and their rows.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::commands::predict::place::Place;

/// The outputs, so far or of all inputs.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// SHA-256 of the model's file.
    model_sha256: String,
    /// Flags of reading and writing; null in the manifest of an older version.
    #[serde(default)]
    flags: Value,
    /// Whether all inputs are done.
    pub complete: bool,
    pub files: Vec<Entry>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub input: PathBuf,
    /// Path of the file below the folder.
    pub output: PathBuf,
    /// Missing for an output that was there before, and that no manifest has.
    pub rows: Option<u64>,
}

impl Manifest {
    /// The manifest of no output of the model with this digest, with these flags.
    pub const fn new(model_sha256: String, flags: Value) -> Self {
        Self {
            model_sha256,
            flags,
            complete: false,
            files: Vec::new(),
        }
    }

    /// Rows of the outputs that an earlier run wrote with the same model and flags.
    pub fn earlier_rows(
        &self,
        place: &Place,
        path: &Path,
    ) -> anyhow::Result<HashMap<PathBuf, Option<u64>>> {
        if !place.exists()? {
            return Ok(HashMap::new());
        }
        let earlier: Self = serde_json::from_slice(&place.read()?)
            .with_context(|| format!("`{}` is not a manifest", path.display()))?;
        if earlier.model_sha256 != self.model_sha256 {
            return Err(anyhow!(
                "the outputs that `{}` lists are of another model: choose another folder",
                path.display()
            ));
        }
        if !earlier.flags.is_null() && earlier.flags != self.flags {
            return Err(anyhow!(
                "the outputs that `{}` lists were written with other flags, {} instead of {}: choose another folder, or \
                 the same flags",
                path.display(),
                earlier.flags,
                self.flags
            ));
        }
        let entries = earlier.files.into_iter();
        Ok(entries.map(|entry| (entry.output, entry.rows)).collect())
    }

    /// Replaces the manifest at the place.
    pub fn write(&self, place: &Place) -> anyhow::Result<()> {
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        place.write(json)
    }
}
