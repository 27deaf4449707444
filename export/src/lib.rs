//! A pipeline to an ONNX file, node by node; and back.
//!
//! - [`text_model()`] builds the graph from raw strings to probabilities and labels.
//! - [`features_model()`] builds the numeric part alone, for runtimes without strings.
//! - [`inline_functions`] replaces calls of model-local functions by the functions' nodes.
//! - [`to_bytes`] and [`parse`] encode and decode a model file, [`pipeline_from_model`] reads its
//!   pipeline back.

mod character_nodes;
mod constructors;
mod error;
mod features_model;
mod file;
mod function;
mod inline;
mod metadata;
pub mod onnx;
mod prediction;
mod read;
mod text_model;

pub use error::ExportError;
pub use features_model::features_model;
pub use file::{parse, to_bytes};
pub use inline::inline_functions;
pub use onnx::ModelProto;
pub use read::pipeline_from_model;
pub use text_model::text_model;
