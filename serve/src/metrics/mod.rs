//! What the service counts, for Prometheus.
//!
//! Labels are routes, statuses, models and versions, all of which the service itself names; no client can make new ones.

mod admission;
mod capture;
mod http;
mod model;
mod process;
mod registry;
mod reload;
mod shadow;

pub(crate) use admission::AdmissionMetrics;
pub(crate) use capture::CaptureMetrics;
pub(crate) use http::{HotRouteMetrics, InFlight, Route};
pub(crate) use model::ModelMetrics;
pub(crate) use registry::{Metrics, OPENMETRICS};
pub(crate) use reload::Outcome;
pub(crate) use shadow::ShadowMetrics;
