//! A pipeline to an ONNX file, node by node; and back.
//!
//! [`text_model`] takes raw strings and gives probabilities and labels; [`features_model`] is the numeric part alone, for
//! runtimes without strings. [`inline_functions`] replaces a call of a model-local function by the function's nodes.

mod error;
mod features;
mod inline;
mod metadata;
mod proto;
mod read;
mod text;

pub use error::ExportError;
pub use features::features_model;
pub use inline::inline_functions;
pub use read::{parse, pipeline_from_model};
pub use text::text_model;
pub use tract_onnx::pb::ModelProto;

/// The bytes of a model file.
///
/// Equal models give equal bytes.
#[must_use]
pub fn to_bytes(model: &ModelProto) -> Vec<u8> {
    prost::Message::encode_to_vec(model)
}
