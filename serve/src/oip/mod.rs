//! The [Open Inference Protocol](https://github.com/kserve/open-inference-protocol) 2, over HTTP
//! and gRPC on one port.
//!
//! Both transports parse a request into texts, classify them, and write the predictions as tensors.

mod access;
mod binary;
mod config;
pub(crate) mod error;
pub(crate) mod grpc;
mod infer;
mod invalid_request;
mod metadata;
mod model_path;
mod repository;
mod requested_model;
mod rest;
pub(crate) mod routes;
mod statistics;
mod tensor_names;
mod tensors;
