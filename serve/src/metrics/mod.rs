//! Metrics for Prometheus.
//!
//! The service itself names all values of labels, so that no client can create new series.

mod admission;
mod capture;
mod http;
mod log;
mod model;
mod process;
mod registry;
mod reload;
mod shadow;
mod statistics;
mod text_format;

pub(crate) use admission::AdmissionMetrics;
pub(crate) use capture::CaptureMetrics;
pub(crate) use http::{HotRouteMetrics, InFlight, Route};
pub(crate) use model::ModelMetrics;
pub(crate) use registry::Metrics;
pub(crate) use reload::Outcome;
pub(crate) use shadow::ShadowMetrics;
pub(crate) use statistics::{DurationSum, RequestDurations};
pub(crate) use text_format::{TextFormat, without_model};
