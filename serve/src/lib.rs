//! Serves a model from a store, or a lone model file, over HTTP and gRPC: texts to predictions.
//!
//! One file per route in `routes/`; every rejection is a
//! [problem](https://www.rfc-editor.org/rfc/rfc9457) with a stable code.

mod error;
mod http;
mod metrics;
mod model;
mod oip;
mod openapi;
mod predict;
mod problem;
mod readiness;
mod routes;
mod server;
mod settings;
mod signal;
mod state;
mod ui;

pub use axum::http::HeaderValue;
pub use error::ServeError;
pub use http::api_keys::ApiKeys;
pub use http::fast_path::FastPath;
pub use http::request_span::SPAN_TARGET;
pub use model::source::{FileSource, ModelSource, StoreSource};
pub use openapi::specification::openapi_json;
pub use routes::is_route;
pub use server::serve;
pub use settings::{
    CaptureSettings, DEFAULT_LOAD_TIMEOUT_MS, DEFAULT_RELOAD_INTERVAL_MS,
    DEFAULT_SHUTDOWN_DELAY_MS, Limits, ServeSettings,
};
pub use signal::{Hangups, shutdown_signal};
pub use state::ServiceState;
