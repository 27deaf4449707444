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
