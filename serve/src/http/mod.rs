//! HTTP: connections, the router, bodies, and the layers around requests.

pub(crate) mod access_log;
pub(crate) mod api_keys;
mod auth;
pub(crate) mod connections;
pub(crate) mod content_encoding;
mod drained_body;
pub(crate) mod fast_path;
mod first_bytes;
pub(crate) mod json_body;
pub(crate) mod json_response;
pub(crate) mod open_connections;
pub(crate) mod panic;
mod reject;
pub(crate) mod request_body;
mod request_head;
pub(crate) mod request_id;
pub(crate) mod request_span;
mod router;
mod unsent;
