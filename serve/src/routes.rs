//! One file per route.

use aide::axum::ApiRouter;
use axum::Router;

use crate::ServiceState;

mod docs;
mod explain;
mod home;
mod live;
mod metrics;
mod model;
mod openapi;
mod page;
mod predict;
mod predict_batch;
mod ready;

/// The routes that the specification describes.
pub(crate) fn api() -> ApiRouter<ServiceState> {
    ApiRouter::new()
        .merge(predict::router())
        .merge(predict_batch::router())
        .merge(explain::router())
        .merge(model::router())
        .merge(live::router())
        .merge(ready::router())
}

/// The routes for people and for the specification itself.
pub(crate) fn pages() -> Router<ServiceState> {
    Router::new().merge(home::router()).merge(docs::router()).merge(openapi::router()).merge(metrics::router())
}
