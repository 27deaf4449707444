//! The same cases on every engine, and tract's text operators against onnxruntime's.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod engines;
mod features;
mod messages;
mod operators;
mod parity;
mod session;
