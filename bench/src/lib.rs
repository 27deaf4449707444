//! Shared by the benchmarks: the engines of a model file, the texts they score, and the messages of
//! the Open Inference Protocol for the floor server.

pub mod messages;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use relevance_runtime::parity::compare;
use relevance_runtime::{Engine, EngineKind};

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

/// Opens an engine for a model file and compares its predictions with the reference's.
///
/// onnxruntime's shared library is the file in `ORT_DYLIB_PATH`.
///
/// # Errors
///
/// When the engine rejects the file or a prediction differs.
pub fn open(kind: EngineKind, model: &Path, texts: &[&str]) -> Result<Box<dyn Engine>> {
    let bytes = fs::read(model).with_context(|| format!("cannot read {}", model.display()))?;
    let library = env::var_os("ORT_DYLIB_PATH").map(PathBuf::from);
    let engine = kind.open(&bytes, library.as_deref())?;

    let expected = EngineKind::Reference
        .open(&bytes, None)?
        .predict_batch(texts)?;
    let agreement = compare(&expected, engine.as_ref(), texts, texts.len())?;
    ensure!(
        agreement.holds(),
        "{kind} differs from the reference: {agreement:?}"
    );
    Ok(engine)
}
