//! Routes outside the specification.

use axum::Router;

use crate::routes::openapi;
use crate::state::ServiceState;
use crate::ui::{card, docs, home};

/// Pages that need a key if the service has keys.
pub(crate) fn locked() -> Router<ServiceState> {
    card::router()
}

/// Pages and the specification.
pub(crate) fn open() -> Router<ServiceState> {
    Router::new()
        .merge(home::router())
        .merge(docs::router())
        .merge(openapi::router())
}
