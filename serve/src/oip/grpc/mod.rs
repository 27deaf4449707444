//! The protocol over gRPC, with health checking and reflection.

mod access;
mod body;
mod conversions;
mod health;
mod infer;
mod message_check;
mod messages;
mod parameters;
pub(crate) mod router;
mod service;
mod status;
