//! An ONNX file to a session that takes raw text.
//!
//! - [`Session`] loads a file and serves requests.
//! - [`EngineKind`] lists every engine that computes the file's predictions, and [`parity`]
//!   compares them.
//! - [`operators`] adds to tract the text operators of the ONNX standard and of onnxruntime, and
//!   one fused operator for the function the functions of `relevance.text`.

mod engine;
mod engine_kind;
mod error;
mod info;
mod native;
#[cfg(feature = "engines")]
mod onnxruntime;
pub mod operators;
pub mod parity;
mod scored_text;
mod session;

pub use engine::{Engine, TractEngine};
pub use engine_kind::EngineKind;
pub use error::RuntimeError;
pub use info::ModelInfo;
#[cfg(feature = "engines")]
pub use onnxruntime::OnnxRuntime;
pub use relevance_pipeline::{
    Explanation, Labels, Prediction, TermContribution, TermKind, TokenContribution, TokenCounts,
};
pub use scored_text::ScoredText;
pub use session::Session;
