//! What the protocol tells of the service and its model, over HTTP and gRPC.

use schemars::JsonSchema;
use serde::Serialize;

use crate::oip::tensor_names::{BYTES, INPUT, Output};

/// What serves.
pub(crate) const SERVER_NAME: &str = "relevance";
/// The version of what serves.
pub(crate) const SERVER_VERSION: &str = env!("CARGO_PKG_VERSION");
/// What is offered beyond the protocol, by the names that other servers gave it.
pub(crate) const EXTENSIONS: [&str; 3] = ["binary_tensor_data", "model_repository", "parameters"];
/// What kind of file the model is.
pub(crate) const PLATFORM: &str = "relevance_onnx";

/// An input or an output.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(rename = "TensorMetadata")]
pub(crate) struct TensorDescription {
    /// The tensor's name.
    pub(crate) name: &'static str,
    /// The type of its elements.
    pub(crate) datatype: &'static str,
    /// Its dimensions; -1 stands for any number of texts.
    pub(crate) shape: [i64; 1],
}

/// The model's inputs.
pub(crate) const INPUTS: [TensorDescription; 1] = [TensorDescription {
    name: INPUT,
    datatype: BYTES,
    shape: [-1],
}];
/// The model's outputs.
pub(crate) const OUTPUTS: [TensorDescription; Output::ALL.len()] =
    [describe(Output::Probability), describe(Output::Label)];

const fn describe(output: Output) -> TensorDescription {
    TensorDescription {
        name: output.name(),
        datatype: output.datatype(),
        shape: [-1],
    }
}
