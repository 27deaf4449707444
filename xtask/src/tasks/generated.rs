//! The files that are made, not written: each is made again and compared with the committed one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::command::{cargo, clean, command, read, root, run, target};
use crate::tasks::sample;
use crate::tools::onnxruntime;

/// The name that the committed model is trained and kept under.
const MODEL: &str = "relevance";
/// The files of a version that are the same for the same data and settings.
const MODEL_FILES: [&str; 6] = [
    "model.onnx",
    "metrics.json",
    "profile.json",
    "report.html",
    "card.md",
    "card.html",
];

/// Compares every generated file, or with `write` replaces those that differ.
pub fn check(write: bool) -> Result<()> {
    let relevance = build()?;
    let mut stale = Vec::new();
    for (path, argument) in [("openapi.json", "openapi"), ("docs/cli.md", "reference")] {
        let made = read(command(&relevance).arg(argument))?;
        stale.extend(settle(Path::new(path), &made, write)?);
    }
    sample::rebuild(!write)?;
    stale.extend(model(&relevance, write)?);
    if !stale.is_empty() {
        bail!(
            "{} differ from what is made now: run `cargo xtask generated --write` and commit",
            stale.join(", ")
        );
    }
    Ok(())
}

/// The command in release, with an environment that sets nothing of ours.
fn build() -> Result<PathBuf> {
    run(cargo().args(["build", "--release", "--locked", "--package", "relevance"]))?;
    Ok(target().join("release/relevance"))
}

/// The file's name if it is stale and stays so.
fn settle(path: &Path, made: &[u8], write: bool) -> Result<Option<String>> {
    let place = root().join(path);
    if fs::read(&place).is_ok_and(|committed| committed == made) {
        return Ok(None);
    }
    if write {
        fs::write(&place, made).with_context(|| format!("cannot write {}", place.display()))?;
        return Ok(None);
    }
    Ok(Some(path.display().to_string()))
}

/// Trains on the embedded archive and compares the production version's files; then every engine on every text.
fn model(relevance: &Path, write: bool) -> Result<Vec<String>> {
    if write {
        run(clean(relevance).args(["train", "--promote", "--store", "models"]))?;
    }
    let fresh = tempfile::tempdir()?;
    run(clean(relevance)
        .args(["train", "--promote", "--store"])
        .arg(fresh.path()))?;
    let version = committed_version()?;
    let mut stale = Vec::new();
    for file in MODEL_FILES {
        let made = fs::read(fresh.path().join(MODEL).join("1").join(file))?;
        stale.extend(settle(&version.join(file), &made, false)?);
    }
    run(clean(relevance).args(["models", "check", "--store", "models"]))?;
    run(clean(relevance)
        .args(["verify", "--store", "models", "--onnxruntime"])
        .arg(onnxruntime::library()?))?;
    Ok(stale)
}

/// The folder of the committed version that is in production.
fn committed_version() -> Result<PathBuf> {
    let store = PathBuf::from("models");
    let number = production(&root().join(&store))?;
    Ok(store.join(MODEL).join(number))
}

/// The number of the version that the alias `production` names.
fn production(store: &Path) -> Result<String> {
    let path = store.join(MODEL).join("aliases.json");
    let aliases = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let aliases: serde_json::Value = serde_json::from_slice(&aliases)?;
    let version = aliases["production"].as_str().map(str::to_owned);
    version.with_context(|| format!("{} names no production version", path.display()))
}
