//! The protocol over gRPC, with health checking and reflection.

mod body;
mod health;
mod infer;
mod messages;
mod parameters;
pub(crate) mod router;
mod service;
mod status;
