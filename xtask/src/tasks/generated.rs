//! Generated files: each is produced again and compared with the committed one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::command::{clean, command, read, root, run};
use crate::tasks::sample;
use crate::tools::{onnxruntime, relevance};

/// Name of the committed model in the store `models/`.
const MODEL: &str = "relevance";
/// Files of a version that are the same for the same data and settings.
const MODEL_FILES: [&str; 6] = [
    "model.onnx",
    "metrics.json",
    "profile.json",
    "report.html",
    "card.md",
    "card.html",
];

/// Compares every generated file, or with `write` replaces it first.
pub fn check(write: bool) -> Result<()> {
    let relevance = relevance::build()?;
    let mut stale = Vec::new();
    for (path, subcommand) in [("openapi.json", "openapi"), ("docs/cli.md", "reference")] {
        let generated = read(command(&relevance).arg(subcommand))?;
        if write {
            fs::write(root().join(path), &generated)
                .with_context(|| format!("cannot write {path}"))?;
        }
        stale.extend(compare(Path::new(path), &generated));
    }

    sample::rebuild(!write)?;

    if write {
        run(clean(&relevance).args(["train", "--promote", "--store", "models"]))?;
    }
    stale.extend(compare_model(&relevance)?);
    if !stale.is_empty() {
        bail!(
            "{} differ from what is generated now: run `cargo xtask generated --write` and commit",
            stale.join(", ")
        );
    }
    verify_model(&relevance)
}

/// Returns the path when the committed file differs from the generated one.
fn compare(path: &Path, generated: &[u8]) -> Option<String> {
    let is_current = fs::read(root().join(path)).is_ok_and(|committed| committed == generated);
    (!is_current).then(|| path.display().to_string())
}

/// Trains on the embedded archive and compares the files with those of the production version.
fn compare_model(relevance: &Path) -> Result<Vec<String>> {
    let store = tempfile::tempdir()?;
    let mut train = clean(relevance);
    run(train
        .args(["train", "--promote", "--store"])
        .arg(store.path()))?;

    let committed = production_version()?;
    let generated = store.path().join(MODEL).join("1");
    let mut stale = Vec::new();
    for file in MODEL_FILES {
        stale.extend(compare(
            &committed.join(file),
            &fs::read(generated.join(file))?,
        ));
    }
    Ok(stale)
}

/// Checks the committed store, and every engine on every text.
fn verify_model(relevance: &Path) -> Result<()> {
    run(clean(relevance).args(["models", "check", "--store", "models"]))?;

    let mut verify = clean(relevance);
    verify
        .args(["verify", "--store", "models", "--onnxruntime"])
        .arg(onnxruntime::library()?);
    run(&mut verify)
}

/// Returns the folder of the version in production, relative to the repository.
fn production_version() -> Result<PathBuf> {
    let model = Path::new("models").join(MODEL);
    let path = root().join(&model).join("aliases.json");
    let aliases = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let aliases: serde_json::Value = serde_json::from_slice(&aliases)?;

    let version = aliases["production"]
        .as_str()
        .with_context(|| format!("{} has no production version", path.display()))?;
    Ok(model.join(version))
}
