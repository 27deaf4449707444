//! The routes outside the specification.

use axum::Router;

use crate::routes::{metrics, openapi};
use crate::state::ServiceState;
use crate::ui::{card, docs, home};

/// The pages that need a key where the service has any.
pub(crate) fn locked() -> Router<ServiceState> {
    card::router()
}

/// The routes for people and for the specification itself.
pub(crate) fn open() -> Router<ServiceState> {
    Router::new()
        .merge(home::router())
        .merge(docs::router())
        .merge(openapi::router())
        .merge(metrics::router())
}
