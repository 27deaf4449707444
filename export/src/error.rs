//! Why a model file is not one of ours.

use relevance_pipeline::PipelineError;

/// What is wrong with a model file, or with what would become one.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The bytes are not ONNX.
    #[error("this is not an ONNX file")]
    NotOnnx(#[source] prost::DecodeError),
    /// A file of another tool, or the numeric part alone.
    #[error(
        "the model has no node `relevance.text::TfIdfLinear`: it is not a text model that this tool wrote"
    )]
    NoTextFunction,
    /// Something that the exporter writes is missing or of another kind.
    #[error("the model has no {what}")]
    Missing {
        /// What was looked for, with its name.
        what: String,
    },
    /// A value that the exporter would not write.
    #[error("the model's {what} is {got}, which this version cannot read")]
    Unsupported {
        /// Which value.
        what: &'static str,
        /// What stands there.
        got: String,
    },
    /// The numbers and terms do not make a pipeline.
    #[error("the model's numbers and terms do not fit together")]
    Pipeline(#[from] PipelineError),
    /// A call that cannot be replaced by the nodes of its function.
    #[error("cannot inline `{node}`: {cause}")]
    Inline {
        /// Name of the calling node.
        node: String,
        /// What stands in the way.
        cause: String,
    },
}
