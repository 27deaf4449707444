//! The manifest: inputs, outputs and their rows.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::commands::predict::place::Place;
use crate::exit::WrongUsage;

/// Time between two writes of a manifest, of which a large one takes long.
const WRITE_INTERVAL: Duration = Duration::from_secs(1);

/// The outputs in a folder, those that are done and those that are planned.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// SHA-256 of the model's file.
    model_sha256: String,
    /// Flags of reading and writing.
    flags: Value,
    /// Whether all outputs are done.
    complete: bool,
    files: Vec<Entry>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub input: PathBuf,
    /// Path of the file below the folder.
    pub output: PathBuf,
    /// Number of rows; none for an output that is not done.
    pub rows: Option<u64>,
}

impl Manifest {
    /// Returns the manifest of no output of the model with this digest, with these flags.
    pub const fn new(model_sha256: String, flags: Value) -> Self {
        Self {
            model_sha256,
            flags,
            complete: false,
            files: Vec::new(),
        }
    }

    /// Reads the manifest of an earlier run at `path`.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        serde_json::from_slice(&Place::at(path)?.read()?)
            .with_context(|| format!("`{}` is not a manifest of predictions", path.display()))
    }

    pub fn entries(&self) -> &[Entry] {
        &self.files
    }

    /// Returns whether an output is done; a run that failed before the first one leaves nothing to go on from.
    pub fn has_done(&self) -> bool {
        self.files.iter().any(|entry| entry.rows.is_some())
    }

    pub fn into_entries(self) -> Vec<Entry> {
        self.files
    }

    pub fn push(&mut self, entry: Entry) {
        self.files.push(entry);
    }

    /// Checks that an earlier run, whose manifest is at `path`, had the same model and flags.
    pub fn check_same(&self, earlier: &Self, path: &Path) -> anyhow::Result<()> {
        let flags = changed_flags(&earlier.flags, &self.flags);
        let difference = if earlier.model_sha256 != self.model_sha256 {
            "of another model".to_owned()
        } else if flags.is_empty() {
            return Ok(());
        } else {
            format!("of other flags: {}", flags.join(", "))
        };
        Err(WrongUsage(anyhow!(
            "the outputs that `{}` lists are {difference}: choose another folder for `--output`",
            path.display()
        ))
        .into())
    }
}

/// Describes each flag that differs.
fn changed_flags(earlier: &Value, now: &Value) -> Vec<String> {
    let empty = serde_json::Map::new();
    let [earlier, now] = [earlier, now].map(|flags| flags.as_object().unwrap_or(&empty));
    let names: BTreeSet<_> = earlier.keys().chain(now.keys()).collect();
    let value = |value: Option<&Value>| match value {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(Value::String(value)) => format!("`{value}`"),
        Some(value) => format!("`{value}`"),
    };

    let changed = names
        .into_iter()
        .filter(|&name| earlier.get(name) != now.get(name));
    changed
        .map(|name| {
            let (was, is) = (value(earlier.get(name)), value(now.get(name)));
            format!("`--{}` was {was} and is {is}", name.replace('_', "-"))
        })
        .collect()
}

/// A manifest that is written while its outputs are.
pub struct WrittenManifest {
    manifest: Manifest,
    place: Place,
    written: Instant,
}

impl WrittenManifest {
    /// Writes the manifest to the path.
    pub fn create(manifest: Manifest, path: &Path) -> anyhow::Result<Self> {
        let mut written = Self {
            manifest,
            place: Place::at(path)?,
            written: Instant::now(),
        };
        written.write()?;
        Ok(written)
    }

    pub fn is_done(&self, index: usize) -> bool {
        self.manifest.files[index].rows.is_some()
    }

    /// Records that an output is done, in the file some time later.
    pub fn set_done(&mut self, index: usize, rows: u64) -> anyhow::Result<()> {
        self.manifest.files[index].rows = Some(rows);
        if self.written.elapsed() < WRITE_INTERVAL {
            return Ok(());
        }
        self.write()
    }

    /// Writes what was recorded last.
    pub fn write(&mut self) -> anyhow::Result<()> {
        let files = &self.manifest.files;
        self.manifest.complete = files.iter().all(|entry| entry.rows.is_some());
        let mut json = serde_json::to_vec_pretty(&self.manifest)?;
        json.push(b'\n');
        self.place.write(json)?;
        self.written = Instant::now();
        Ok(())
    }
}
