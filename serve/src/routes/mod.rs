//! One file per route.

pub(crate) mod api;
mod explain;
mod feedback;
pub(crate) mod invocations;
mod live;
pub(crate) mod metrics;
mod model;
mod openapi;
pub(crate) mod pages;
pub(crate) mod ping;
pub(crate) mod predict;
pub(crate) mod predict_batch;
mod ready;

/// Paths of the routes, except those below `/v2` and `/assets`.
const PATHS: [&str; 13] = [
    "/",
    "/docs",
    "/docs/scalar.js",
    "/invocations",
    "/metrics",
    "/model",
    "/openapi.json",
    "/ping",
    "/v1/explain",
    "/v1/feedback",
    "/v1/model",
    "/v1/predict",
    "/v1/predict/batch",
];

/// Returns whether the service has a route at a path.
#[must_use]
pub fn is_route(path: &str) -> bool {
    let is_below = |folder| path.starts_with(folder);
    PATHS.contains(&path) || path == "/v2" || is_below("/v2/") || is_below("/assets/")
}
