//! One file per route.

use aide::axum::ApiRouter;
use axum::Router;

use crate::keys::need_key;
use crate::{ServiceState, inference_protocol};

mod card;
mod docs;
mod explain;
mod feedback;
mod home;
mod live;
mod metrics;
mod model;
mod openapi;
mod page;
pub(crate) mod predict;
pub(crate) mod predict_batch;
mod ready;

/// The routes that the specification describes.
pub(crate) fn api() -> ApiRouter<ServiceState> {
    locked().merge(open())
}

/// The routes that need a key where the service has any.
pub(crate) fn locked() -> ApiRouter<ServiceState> {
    let routes = ApiRouter::new()
        .merge(predict::router())
        .merge(predict_batch::router())
        .merge(explain::router())
        .merge(model::router())
        .merge(feedback::router());
    routes.with_path_items(need_key)
}

/// The pages that need a key where the service has any.
pub(crate) fn locked_pages() -> Router<ServiceState> {
    card::router()
}

/// The routes that never need a key, and those that ask for one themselves.
pub(crate) fn open() -> ApiRouter<ServiceState> {
    ApiRouter::new()
        .merge(live::router())
        .merge(ready::router())
        .merge(inference_protocol::api())
}

/// The routes for people and for the specification itself.
pub(crate) fn pages() -> Router<ServiceState> {
    Router::new()
        .merge(home::router())
        .merge(docs::router())
        .merge(openapi::router())
        .merge(metrics::router())
}
