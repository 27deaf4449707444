//! Routes that the specification describes.

use aide::axum::ApiRouter;

use crate::oip;
use crate::openapi::security::need_key;
use crate::routes::{
    explain, feedback, invocations, live, model, ping, predict, predict_batch, ready,
};
use crate::state::ServiceState;

/// All routes of the specification.
pub(crate) fn api() -> ApiRouter<ServiceState> {
    locked().merge(open())
}

/// Routes that need a key if the service has keys.
pub(crate) fn locked() -> ApiRouter<ServiceState> {
    let routes = ApiRouter::new()
        .merge(predict::router())
        .merge(predict_batch::router())
        .merge(invocations::router())
        .merge(explain::router())
        .merge(model::router())
        .merge(feedback::router());
    routes.with_path_items(need_key)
}

/// Routes that need no key, or check it themselves.
pub(crate) fn open() -> ApiRouter<ServiceState> {
    ApiRouter::new()
        .merge(live::router())
        .merge(ready::router())
        .merge(ping::router())
        .merge(oip::routes::api())
}
