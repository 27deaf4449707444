//! Tests of the service, without sockets except where these are tested.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browsers;
mod connections;
mod content_encoding;
mod docs;
mod explain;
mod feedback;
mod health;
mod home;
mod invocations;
mod keys;
mod log;
mod metrics;
mod model;
mod oip;
mod openapi;
mod paths;
mod predict;
mod predict_batch;
mod reload;
mod server;
mod shadow;
mod support;
