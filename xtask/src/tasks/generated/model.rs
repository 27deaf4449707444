//! The committed model: training on the embedded archive gives the same files again.
//!
//! The store may also hold versions of other data, and one of them may be in production. These
//! cannot be trained again here; their digests and the engines' agreement are checked.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;
use tempfile::TempDir;

use crate::command::{clean, run};
use crate::tools::onnxruntime;

/// Name of the committed model in the store `models/`.
const MODEL: &str = "relevance";
/// Name of the embedded archive as a source of data.
const ARCHIVE: &str = "embedded";
/// Files of a version that are the same for the same data and settings.
const FILES: [&str; 6] = [
    "model.onnx",
    "metrics.json",
    "profile.json",
    "report.html",
    "card.md",
    "card.html",
];

/// A version in a store, by its manifest.
struct Version {
    number: u64,
    manifest: Value,
}

/// Trains on the embedded archive and compares the files with those of the version that was trained
/// on it, or with `write` adds the new version first; returns the paths that differ.
pub fn compare(relevance: &Path, repository: &Path, write: bool) -> Result<Vec<String>> {
    let store = tempfile::tempdir()?;
    train_into(store.path(), relevance)?;
    let trained = Version::read(&store.path().join(MODEL), 1)?;

    let committed = repository.join("models").join(MODEL);
    let Some(reproduced) = Version::of_archive(&committed, &trained)? else {
        println!(
            "no version in models/{MODEL} was trained on the embedded archive: nothing to train again"
        );
        return Ok(Vec::new());
    };
    let generated = store.path().join(MODEL).join("1");
    let reproduced = if write {
        if reproduced.is_replaceable(&committed, &generated)? {
            fs::remove_dir_all(&committed)?;
            train_into(&repository.join("models"), relevance)?;
        } else {
            add(relevance, repository, &store, &trained)?;
        }
        Version::of_archive(&committed, &trained)?.unwrap_or(reproduced)
    } else {
        reproduced
    };

    println!(
        "version {} was trained on the embedded archive",
        reproduced.number
    );
    let folder = Path::new("models")
        .join(MODEL)
        .join(reproduced.number.to_string());
    let mut stale = Vec::new();
    for file in FILES.into_iter().filter(|file| reproduced.lists(file)) {
        let content = fs::read(generated.join(file))?;
        stale.extend(super::compare(repository, &folder.join(file), &content));
    }
    Ok(stale)
}

/// Checks the committed store, and every engine of the production model on every text of the
/// archive.
pub fn verify(relevance: &Path, repository: &Path) -> Result<()> {
    let models = repository.join("models");
    let mut check = clean(relevance);
    check.args(["models", "check", "--store"]);
    run(check.arg(&models))?;

    let mut verify = clean(relevance);
    verify
        .args(["verify", "--store"])
        .arg(&models)
        .arg("--onnxruntime")
        .arg(onnxruntime::library()?);
    run(&mut verify)
}

/// Trains on the embedded archive into a store, and promotes the version.
fn train_into(store: &Path, relevance: &Path) -> Result<()> {
    let mut train = clean(relevance);
    train.args(["train", "--promote", "--store"]);
    run(train.arg(store))
}

/// Adds the version that was trained in `store`; it is promoted unless production has other data.
fn add(relevance: &Path, repository: &Path, store: &TempDir, trained: &Version) -> Result<()> {
    let models = repository.join("models");
    let folder = models.join(MODEL);
    if Version::production(&folder)?.is_of_archive(trained) {
        return train_into(&models, relevance);
    }

    println!("production was trained on other data: the aliases stay as they are");
    let path = folder.join("aliases.json");
    let aliases = fs::read(&path)?;
    let mut copy = clean(relevance);
    copy.args(["models", "copy", "production", "--store"])
        .arg(store.path())
        .arg("--to")
        .arg(&models);
    run(&mut copy)?;
    fs::write(&path, aliases).with_context(|| format!("cannot write {}", path.display()))
}

impl Version {
    fn read(model: &Path, number: u64) -> Result<Self> {
        let path = model.join(number.to_string()).join("manifest.json");
        let manifest = read_json(&path)?;
        Ok(Self { number, manifest })
    }

    /// Reads the version in production.
    fn production(model: &Path) -> Result<Self> {
        let path = model.join("aliases.json");
        let aliases = read_json(&path)?;
        let number = aliases["production"]
            .as_str()
            .and_then(|number| number.parse().ok())
            .with_context(|| format!("{} has no production version", path.display()))?;
        Self::read(model, number)
    }

    /// Reads the version that was trained on the archive: the newest with the settings of `trained`,
    /// else the newest with its data, else the newest of an earlier archive.
    fn of_archive(model: &Path, trained: &Self) -> Result<Option<Self>> {
        let mut versions = Vec::new();
        for number in numbers(model)? {
            versions.push(Self::read(model, number)?);
        }

        let of_archive = versions
            .into_iter()
            .filter(|version| version.is_of_archive(trained));
        Ok(of_archive.max_by_key(|version| {
            let has_data = version.has_same("data_digest", trained);
            let has_settings = version.has_same("settings_digest", trained);
            (has_data && has_settings, has_data, version.number)
        }))
    }

    /// Whether the version was trained on the archive of `trained`, or on an earlier one.
    fn is_of_archive(&self, trained: &Self) -> bool {
        self.manifest["training"]["source"] == ARCHIVE || self.has_same("data_digest", trained)
    }

    /// Whether the version, the only one of its model, has the generated model file beside other files
    /// that differ: a store has one version for a model file, so that no new one would be added.
    fn is_replaceable(&self, model: &Path, generated: &Path) -> Result<bool> {
        let folder = model.join(self.number.to_string());
        let differs =
            |file: &str| fs::read(folder.join(file)).ok() != fs::read(generated.join(file)).ok();
        let is_only = numbers(model)?.len() == 1;
        Ok(is_only && !differs("model.onnx") && FILES.into_iter().any(differs))
    }

    fn has_same(&self, field: &str, other: &Self) -> bool {
        self.manifest["training"][field] == other.manifest["training"][field]
    }

    fn lists(&self, file: &str) -> bool {
        self.manifest["files"][file].is_object()
    }
}

/// Returns the numbers of the complete versions of a model.
fn numbers(model: &Path) -> Result<Vec<u64>> {
    let folders =
        fs::read_dir(model).with_context(|| format!("cannot list {}", model.display()))?;
    let complete = folders
        .filter_map(|folder| Some(folder.ok()?.path()))
        .filter(|folder| folder.join("manifest.json").is_file());
    let number = |folder: PathBuf| folder.file_name()?.to_str()?.parse().ok();
    Ok(complete.filter_map(number).collect())
}

fn read_json(path: &Path) -> Result<Value> {
    let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&content).with_context(|| format!("{} is not JSON", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes the manifest of a version, with `training` as the record of its training.
    fn write(model: &Path, number: u64, source: &str, data: &str, settings: &str) {
        let folder = model.join(number.to_string());
        fs::create_dir(&folder).unwrap();
        let training = serde_json::json!({
            "source": source, "data_digest": data, "settings_digest": settings
        });
        let manifest = serde_json::json!({ "training": training }).to_string();
        fs::write(folder.join("manifest.json"), manifest).unwrap();
    }

    #[test]
    fn the_reproduced_version_is_the_newest_with_data_and_settings_of_the_archive() {
        let store = tempfile::tempdir().unwrap();
        write(store.path(), 9, ARCHIVE, "now", "default");
        let trained = Version::read(store.path(), 9).unwrap();

        let model = tempfile::tempdir().unwrap();
        let reproduced = || {
            let version = Version::of_archive(model.path(), &trained).unwrap();
            version.map(|version| version.number)
        };
        for (number, source, data, settings, want) in [
            (1, "s3://bucket/rows.csv", "other", "default", None),
            (3, ARCHIVE, "before", "default", Some(3)),
            (2, "copy.tar.gz", "now", "changed", Some(2)),
            (4, ARCHIVE, "now", "default", Some(4)),
            (5, ARCHIVE, "now", "changed", Some(4)),
            (6, "s3://bucket/rows.csv", "other", "default", Some(4)),
            (10, ARCHIVE, "now", "default", Some(10)),
        ] {
            write(model.path(), number, source, data, settings);
            assert_eq!(reproduced(), want, "with version {number}");
        }
    }
}
