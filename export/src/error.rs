//! Errors of reading, writing and rewriting model files.

use relevance_pipeline::PipelineError;

/// An error in a model file or graph.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The bytes are not ONNX.
    #[error("this is not an ONNX file")]
    NotOnnx(#[source] prost::DecodeError),
    /// The file was written by another tool, or is a graph without strings.
    #[error(
        "the model has no node `relevance.text::TfIdfLinear`, nor one of the functions with \
         characters: it is not a text model that this tool wrote"
    )]
    NoTextFunction,
    /// A part that the exporter writes is missing or of another kind.
    #[error("the model has no {what}")]
    Missing {
        /// Kind and name of the part.
        what: String,
    },
    /// A part has a value that the exporter never writes.
    #[error("the model's {what} is {got}, which this version cannot read")]
    Unsupported {
        /// Name of the part.
        what: &'static str,
        /// Its value.
        got: String,
    },
    /// The numbers and terms do not form a pipeline.
    #[error("the model's numbers and terms do not fit together")]
    Pipeline(#[from] PipelineError),
    /// A call cannot be replaced by the nodes of its function.
    #[error("cannot inline `{node}`: {cause}")]
    Inline {
        /// Name of the calling node.
        node: String,
        /// Why the call does not match its function.
        cause: String,
    },
}
