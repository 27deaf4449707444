//! Models with as many columns as are asked for, trained on an archive or on a larger set that is made of it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::bench::programs::Programs;
use crate::bench::train;
use crate::command::read;

/// What is tried until there are enough different terms: how many times the archive's rows, and in how many training
/// texts a term must stand.
const SOURCES: [(u32, u32); 4] = [(1, 2), (1, 1), (10, 2), (10, 1)];

/// A trained model, and what it was trained on.
pub struct Model {
    pub file: PathBuf,
    /// How many times the archive's rows.
    pub factor: u32,
    /// In how many training texts a term stands at least.
    pub min_document_frequency: u32,
}

/// Trains a model of just so many columns.
///
/// # Errors
/// When training fails, or the archive has too few different terms.
pub fn train(programs: &Programs, data: &str, columns: u32, folder: &Path) -> Result<Model> {
    for (factor, min_document_frequency) in SOURCES {
        let database = train::database(data, factor)?;
        let store = folder.join(columns.to_string());
        if store.exists() {
            fs::remove_dir_all(&store)?;
        }
        let mut train = programs.relevance();
        // The gate is for what serves.
        train.args([
            "train",
            "--json",
            "--min-precision",
            "0",
            "--min-recall",
            "0",
        ]);
        train.args(["--max-features", &columns.to_string()]);
        train.args([
            "--min-document-frequency",
            &min_document_frequency.to_string(),
        ]);
        let trained = read(train.arg("--data").arg(database).arg("--store").arg(&store))?;
        if vocabulary(&trained)? == u64::from(columns) {
            let file = store.join("relevance/1/model.onnx");
            return Ok(Model {
                file,
                factor,
                min_document_frequency,
            });
        }
    }
    bail!(
        "{data} has fewer than {columns} different terms, even with noise: ask for fewer `--columns`"
    )
}

fn vocabulary(trained: &[u8]) -> Result<u64> {
    let trained: Value = serde_json::from_slice(trained)?;
    trained
        .pointer("/report/fit/vocabulary")
        .and_then(Value::as_u64)
        .context("training told no number of terms")
}
