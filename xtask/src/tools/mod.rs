//! Programs, packages and servers that tasks use.

pub mod chromium;
pub mod crates;
pub mod docker;
pub mod files;
pub mod moto;
pub mod npm;
pub mod onnxruntime;
pub mod pinned;
pub mod pip;
pub mod postgres;
pub mod relevance;
pub mod requirement;
pub mod service;
pub mod system;
