//! What the benchmarks share: the engines of a model file, the texts they score, and the messages of
//! the Open Inference Protocol for the floor server.

mod engine;
pub mod messages;

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

pub use engine::{EngineKind, ModelFile};

/// Returns the path in an environment variable that `bench/run.py` sets.
///
/// # Errors
///
/// When the variable is missing.
pub fn path_from_env(variable: &str) -> Result<PathBuf> {
    let path = env::var_os(variable)
        .with_context(|| format!("`{variable}` is not set: start this with `bench/run.py`"))?;

    Ok(path.into())
}

/// Reads the texts to score from the file in `BENCH_TEXTS`, one JSON string per line.
///
/// # Errors
///
/// When the file is missing or a line is not a JSON string.
pub fn read_texts() -> Result<Vec<String>> {
    let path = path_from_env("BENCH_TEXTS")?;
    let lines =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;

    let texts = lines.lines().map(serde_json::from_str);
    texts
        .collect::<Result<_, _>>()
        .with_context(|| format!("{} has a line that is not a JSON string", path.display()))
}
