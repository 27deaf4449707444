//! Metadata of the service and its model, over HTTP and gRPC.

use schemars::JsonSchema;
use serde::Serialize;

use crate::oip::tensor_names::{BYTES, INPUT, Output};

/// Name of the service.
pub(crate) const SERVER_NAME: &str = "relevance";
/// Version of the service.
pub(crate) const SERVER_VERSION: &str = env!("CARGO_PKG_VERSION");
/// Supported extensions, by their common names.
pub(crate) const EXTENSIONS: [&str; 5] = [
    "binary_tensor_data",
    "model_configuration",
    "model_repository",
    "parameters",
    "statistics",
];
/// Format of the model.
pub(crate) const PLATFORM: &str = "relevance_onnx";

/// Metadata of an input or output.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(rename = "TensorMetadata")]
pub(crate) struct TensorDescription {
    /// Name of the tensor.
    pub(crate) name: &'static str,
    /// Type of its elements.
    pub(crate) datatype: &'static str,
    /// Its dimensions; -1 stands for any number of texts.
    pub(crate) shape: [i64; 1],
}

/// Inputs of the model.
pub(crate) const INPUTS: [TensorDescription; 1] = [TensorDescription {
    name: INPUT,
    datatype: BYTES,
    shape: [-1],
}];
/// Outputs of the model.
pub(crate) const OUTPUTS: [TensorDescription; Output::ALL.len()] = outputs();

const fn outputs() -> [TensorDescription; Output::ALL.len()] {
    let [first, second, third] = Output::ALL;
    [describe(first), describe(second), describe(third)]
}

const fn describe(output: Output) -> TensorDescription {
    TensorDescription {
        name: output.name(),
        datatype: output.datatype(),
        shape: [-1],
    }
}
