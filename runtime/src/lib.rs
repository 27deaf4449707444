//! An ONNX file to a session on tract that takes raw text.
//!
//! [`operators`] adds what tract lacks: the text operators of the ONNX standard and onnxruntime, and one native operator
//! for the whole of our function `relevance.text::TfIdfLinear`.

mod engine;
mod error;
mod info;
mod linear;
#[cfg(feature = "engines")]
mod onnxruntime;
pub mod operators;
pub mod parity;
mod session;

pub use engine::{Engine, EngineKind, TractEngine};
pub use error::RuntimeError;
pub use info::ModelInfo;
#[cfg(feature = "engines")]
pub use onnxruntime::OnnxRuntime;
pub use relevance_pipeline::{
    Explanation, Labels, Prediction, TermContribution, TokenContribution, TokenCounts,
};
pub use session::Session;
