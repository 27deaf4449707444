//! The routes of the specification.

use aide::axum::ApiRouter;

use crate::oip;
use crate::openapi::security::need_key;
use crate::routes::{explain, feedback, live, model, predict, predict_batch, ready};
use crate::state::ServiceState;

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

/// The routes that never need a key, and those that ask for one themselves.
pub(crate) fn open() -> ApiRouter<ServiceState> {
    ApiRouter::new()
        .merge(live::router())
        .merge(ready::router())
        .merge(oip::routes::api())
}
