//! Outputs of earlier runs in the same folder.

use std::collections::{HashMap, HashSet};
use std::fs::read_dir;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use relevance_data::DataError;
use relevance_data::table::matches;

use super::manifest::{Entry, Manifest};
use super::shard::{MANIFEST_ENDING, MANIFEST_START};
use crate::files::is_url;

/// Outputs that the manifests of earlier runs list.
#[derive(Default)]
pub struct EarlierOutputs {
    /// Number of rows of each output; none for one that was planned.
    rows: HashMap<PathBuf, Option<u64>>,
    /// Outputs of the manifest that this run replaces.
    own: Vec<Entry>,
}

impl EarlierOutputs {
    /// Reads the manifest called `own` in the folder, and all others that list one of the outputs.
    ///
    /// # Errors
    /// When one cannot be read, or is of another model or other flags than `manifest`.
    pub fn read(
        folder: &Path,
        own: &str,
        manifest: &Manifest,
        outputs: &HashSet<&Path>,
    ) -> anyhow::Result<Self> {
        let mut found = Self::default();
        for path in manifests(folder)? {
            let earlier = Manifest::read(&path)?;
            let is_own = path.file_name().is_some_and(|name| name == own);
            let mut entries = earlier.entries().iter();
            if !is_own && !entries.any(|entry| outputs.contains(entry.output.as_path())) {
                continue;
            }

            if earlier.has_done() {
                manifest.check_same(&earlier, &path)?;
            }
            for entry in earlier.entries() {
                let rows = found.rows.entry(entry.output.clone()).or_default();
                *rows = rows.or(entry.rows);
            }
            if is_own {
                found.own = earlier.into_entries();
            }
        }
        Ok(found)
    }

    /// Returns whether a manifest lists the output.
    pub fn lists(&self, output: &Path) -> bool {
        self.rows.contains_key(output)
    }

    /// Returns the number of rows of an output that is done.
    pub fn rows(&self, output: &Path) -> Option<u64> {
        self.rows.get(output).copied().flatten()
    }

    /// Returns the outputs of the replaced manifest.
    pub fn into_own(self) -> Vec<Entry> {
        self.own
    }
}

/// Returns the manifests in the folder.
fn manifests(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if is_url(folder) {
        let folder = folder.display().to_string();
        let folder = folder.trim_end_matches('/');
        let found = matches(&format!("{folder}/{MANIFEST_START}*{MANIFEST_ENDING}"));
        return match found {
            Ok(found) => Ok(found.into_iter().map(|it| it.location.into()).collect()),
            Err(DataError::NoMatch { .. }) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        };
    }
    if !folder.exists() {
        return Ok(Vec::new());
    }

    let context = || format!("cannot read the folder `{}`", folder.display());
    let mut found = Vec::new();
    for entry in read_dir(folder).with_context(context)? {
        let path = entry.with_context(context)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(MANIFEST_START) && name.ends_with(MANIFEST_ENDING) {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}
