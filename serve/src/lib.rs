//! A model store → an HTTP service that answers whether a text is relevant.
//!
//! One file per route in `routes/`; every refusal is a [problem](https://www.rfc-editor.org/rfc/rfc9457) with a stable code.

mod admission;
mod application;
mod body;
mod capture;
mod connections;
mod documentation;
mod error;
mod follow;
mod front;
mod headers;
mod inference_protocol;
mod judgement;
mod keys;
mod limit;
mod loaded_model;
mod metrics;
mod patience;
mod problem;
mod readiness;
mod reply;
mod request_id;
mod request_log;
mod routes;
mod served;
mod server;
mod settings;
mod shadow;
mod signal;
mod span;
mod specification;
mod state;
mod verdict;

pub use axum::http::HeaderValue;
pub use capture::CaptureSettings;
pub use error::ServeError;
pub use front::Front;
pub use keys::{ApiKeys, KeyError};
pub use loaded_model::{LoadedModel, ModelSource};
pub use server::serve;
pub(crate) use settings::millis;
pub use settings::{DEFAULT_DRAIN, DEFAULT_FOLLOW_MS, Limits, ServeSettings};
pub use signal::shutdown_signal;
pub use span::SPAN_TARGET;
pub use specification::{openapi, openapi_json};
pub use state::ServiceState;
