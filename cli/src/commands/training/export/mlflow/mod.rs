//! A model file in the folder format of MLflow.
//!
//! MLflow's own loader of ONNX files gives a data frame to the graph as a matrix, so that the folder has
//! a loader for texts.

use std::path::Path;

use relevance_pipeline::{GoldenSentence, Pipeline};
use serde_json::json;

use super::folder::Folder;

/// Folder of the loader.
const CODE: &str = "code";
/// The loader, which `MLmodel` names.
const LOADER: (&str, &str) = ("relevance_mlflow.py", include_str!("relevance_mlflow.py"));
/// Other files that are the same for every model.
const FILES: [(&str, &str); 4] = [
    ("MLmodel", include_str!("MLmodel")),
    ("conda.yaml", include_str!("conda.yaml")),
    ("python_env.yaml", include_str!("python_env.yaml")),
    ("requirements.txt", include_str!("requirements.txt")),
];

/// Writes the folder, and replaces its files in an existing one.
pub fn write(path: &Path, model: &[u8], pipeline: &Pipeline) -> anyhow::Result<()> {
    let folder = Folder::create(path)?;
    folder.write_model(model)?;
    folder.write("input_example.json", input_example(pipeline).as_bytes())?;

    for (name, content) in FILES {
        folder.write(name, content.as_bytes())?;
    }
    let (name, content) = LOADER;
    folder.create_below(CODE)?.write(name, content.as_bytes())
}

/// Returns texts of the model as a data frame in JSON.
fn input_example(pipeline: &Pipeline) -> String {
    let sentences = GoldenSentence::compute(pipeline).into_iter();
    let readable = sentences.filter(|sentence| !sentence.text.trim().is_empty());
    let rows: Vec<_> = readable.take(2).map(|sentence| [sentence.text]).collect();
    json!({ "columns": ["text"], "data": rows }).to_string() + "\n"
}
