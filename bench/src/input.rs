//! What the programs read: a model file, and texts as lines of JSON.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use relevance_export::{ModelProto, parse, pipeline_from_model};
use relevance_pipeline::Pipeline;

/// A model file, and the pipeline that it was made from.
pub struct ModelFile {
    /// The file as it is.
    pub bytes: Vec<u8>,
    /// The same, decoded.
    pub model: ModelProto,
    /// Read back from it.
    pub pipeline: Pipeline,
}

impl ModelFile {
    /// Reads a text model that this tool wrote.
    ///
    /// # Errors
    /// When there is no such file, or it holds anything else.
    pub fn read(path: &Path) -> Result<Self> {
        let read = |path| {
            let bytes = fs::read(path)?;
            let model = parse(&bytes)?;
            let pipeline = pipeline_from_model(&model)?;
            anyhow::Ok(Self {
                bytes,
                model,
                pipeline,
            })
        };
        read(path).with_context(|| format!("cannot read the model {}", path.display()))
    }
}

/// The texts of a file that has one JSON string a line.
///
/// # Errors
/// When there is no such file, or a line is no JSON string.
pub fn read_texts(path: &Path) -> Result<Vec<String>> {
    let lines = fs::read_to_string(path)
        .with_context(|| format!("cannot read the texts {}", path.display()))?;
    let texts = lines.lines().zip(1..).map(|(line, number)| {
        serde_json::from_str(line)
            .with_context(|| format!("line {number} of {} is no JSON string", path.display()))
    });
    texts.collect()
}
