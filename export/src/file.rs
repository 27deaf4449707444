//! Bytes of a model file.

use prost::Message as _;

use crate::error::ExportError;
use crate::onnx::ModelProto;

/// Encodes a model as the bytes of its file; equal models give equal bytes.
#[must_use]
pub fn to_bytes(model: &ModelProto) -> Vec<u8> {
    model.encode_to_vec()
}

/// Decodes the bytes of a model file.
///
/// Fields that the exporter never writes are left out.
///
/// # Errors
/// [`ExportError::NotOnnx`] when the bytes are not an ONNX model.
pub fn parse(bytes: &[u8]) -> Result<ModelProto, ExportError> {
    ModelProto::decode(bytes).map_err(ExportError::NotOnnx)
}
