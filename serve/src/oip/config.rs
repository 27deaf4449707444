//! Configuration of the model in the form of Triton's, over HTTP and gRPC.

use schemars::JsonSchema;
use serde::Serialize;

use crate::oip::metadata::{INPUTS, OUTPUTS, PLATFORM, SERVER_NAME, TensorDescription};
use crate::oip::tensor_names::{BYTES, FP32};

/// Configuration of a model.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ModelConfig {
    /// Name of the model.
    pub(crate) name: String,
    /// Format of the model.
    pub(crate) platform: &'static str,
    /// Program that runs the model.
    pub(crate) backend: &'static str,
    /// 0, since the dimensions of the tensors include that of the batch.
    pub(crate) max_batch_size: i32,
    pub(crate) input: [TensorConfig; INPUTS.len()],
    pub(crate) output: [TensorConfig; OUTPUTS.len()],
}

/// Configuration of an input or output.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(crate) struct TensorConfig {
    /// Name of the tensor.
    pub(crate) name: &'static str,
    /// Type of its elements.
    pub(crate) data_type: DataType,
    /// Its dimensions; -1 stands for any number of texts.
    pub(crate) dims: [i64; 1],
}

/// Type of elements, as configurations name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum DataType {
    TypeString,
    TypeFp32,
    TypeInt64,
}

impl ModelConfig {
    /// The configuration of the service's model.
    pub(crate) fn new(name: String) -> Self {
        Self {
            name,
            platform: PLATFORM,
            backend: SERVER_NAME,
            max_batch_size: 0,
            input: INPUTS.map(TensorConfig::from),
            output: OUTPUTS.map(TensorConfig::from),
        }
    }
}

impl From<TensorDescription> for TensorConfig {
    fn from(tensor: TensorDescription) -> Self {
        Self {
            name: tensor.name,
            data_type: match tensor.datatype {
                BYTES => DataType::TypeString,
                FP32 => DataType::TypeFp32,
                _ => DataType::TypeInt64,
            },
            dims: tensor.shape,
        }
    }
}
