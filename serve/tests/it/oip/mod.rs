//! The Open Inference Protocol, over HTTP and gRPC.

mod binary;
mod grpc;
mod health;
mod messages;
mod repository;
mod rest;
mod support;
