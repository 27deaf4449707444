//! Programs, packages and servers that tasks use.

pub mod apt;
pub mod moto;
pub mod npm;
pub mod onnxruntime;
pub mod pinned;
pub mod pip;
pub mod postgres;
pub mod service;
