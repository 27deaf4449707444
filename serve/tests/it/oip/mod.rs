//! The Open Inference Protocol, over HTTP and gRPC.

mod binary;
pub mod grpc;
mod health;
pub mod messages;
mod model_state;
mod repository;
mod rest;
pub mod support;
