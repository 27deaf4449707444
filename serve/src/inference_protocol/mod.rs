//! The [Open Inference Protocol](https://github.com/kserve/open-inference-protocol) 2, over HTTP and gRPC on one port.
//!
//! Both ways read a request into texts, have the service judge them, and write the verdicts as tensors.

mod access;
mod address;
mod binary;
mod error;
mod grpc;
mod infer;
mod metadata;
mod repository;
mod request;
mod rest;
mod routes;
mod tensors;

pub(crate) use error::ProtocolError;
pub(crate) use routes::{api, grpc, is_grpc, is_path};
