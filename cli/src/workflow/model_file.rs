//! A model file: parsed, or made from a pipeline.

use anyhow::ensure;
use bytes::Bytes;
use relevance_export::{ModelProto, parse, pipeline_from_model, text_model, to_bytes};
use relevance_pipeline::Pipeline;

/// A model file with what it holds.
pub struct ModelFile {
    /// The file as it is.
    pub bytes: Bytes,
    /// The graph.
    pub model: ModelProto,
    /// The pipeline that the graph computes.
    pub reference: Pipeline,
}

impl ModelFile {
    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// When they are not a text model that this tool wrote.
    pub fn parse(bytes: Bytes) -> anyhow::Result<Self> {
        let model = parse(&bytes)?;
        let reference = pipeline_from_model(&model)?;
        Ok(Self {
            bytes,
            model,
            reference,
        })
    }

    /// Exports a pipeline, and checks that the file reads back as the same pipeline.
    ///
    /// # Errors
    /// When it does not.
    pub fn export(pipeline: &Pipeline) -> anyhow::Result<Self> {
        let file = Self::parse(to_bytes(&text_model(pipeline)).into())?;
        ensure!(
            file.reference == *pipeline,
            "the exported file reads back as another pipeline"
        );
        Ok(file)
    }
}
