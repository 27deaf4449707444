//! A model file in the folder format of MLflow.
//!
//! MLflow's own loader of ONNX files gives a data frame to the graph as a matrix, so that the folder has
//! a loader for texts.

use std::path::Path;

use anyhow::Context as _;
use relevance_pipeline::{GoldenSentence, Pipeline};
use serde_json::json;

use crate::files;

/// Files that are the same for every model.
const FILES: [(&str, &str); 5] = [
    ("MLmodel", include_str!("MLmodel")),
    (
        "code/relevance_mlflow.py",
        include_str!("relevance_mlflow.py"),
    ),
    ("conda.yaml", include_str!("conda.yaml")),
    ("python_env.yaml", include_str!("python_env.yaml")),
    ("requirements.txt", include_str!("requirements.txt")),
];

/// Writes the folder, and replaces its files in an existing one.
pub fn write(folder: &Path, model: &[u8], pipeline: &Pipeline) -> anyhow::Result<()> {
    let code = folder.join("code");
    std::fs::create_dir_all(&code).with_context(|| format!("cannot make `{}`", code.display()))?;

    for (name, content) in FILES {
        files::write_file(&folder.join(name), content.as_bytes())?;
    }
    files::write_file(
        &folder.join("input_example.json"),
        input_example(pipeline).as_bytes(),
    )?;
    files::write_file(&folder.join("model.onnx"), model)
}

/// Returns texts of the model as a data frame in JSON.
fn input_example(pipeline: &Pipeline) -> String {
    let sentences = GoldenSentence::compute(pipeline).into_iter();
    let readable = sentences.filter(|sentence| !sentence.text.trim().is_empty());
    let rows: Vec<_> = readable.take(2).map(|sentence| [sentence.text]).collect();
    json!({ "columns": ["text"], "data": rows }).to_string() + "\n"
}
