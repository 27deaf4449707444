//! A model store → an HTTP service that answers whether a text is relevant.
//!
//! One file per route in `routes/`; every refusal is a [problem](https://www.rfc-editor.org/rfc/rfc9457) with a stable code.

mod application;
mod body;
mod documentation;
mod error;
mod loaded_model;
mod problem;
mod request_log;
mod routes;
mod server;
mod settings;
mod signal;
mod specification;
mod state;
mod verdict;

pub use application::router;
pub use error::ServeError;
pub use loaded_model::LoadedModel;
pub use server::serve;
pub use settings::{
    DEFAULT_DRAIN, DEFAULT_MAX_BATCH_TEXTS, DEFAULT_MAX_BODY_BYTES, DEFAULT_MAX_TEXT_BYTES, Limits, ServeSettings,
};
pub use signal::shutdown_signal;
pub use specification::{openapi, openapi_json};
pub use state::ServiceState;
