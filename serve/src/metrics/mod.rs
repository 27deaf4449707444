//! What the service counts, for Prometheus.
//!
//! Labels are routes, statuses, models and versions, all of which the service itself names; no client can make new ones.

mod admission;
mod capture;
mod http;
mod model;
mod process;
mod reload;
mod shadow;

use std::sync::Arc;

use prometheus_client::registry::Registry;

pub(crate) use admission::AdmissionMetrics;
pub(crate) use capture::CaptureMetrics;
pub(crate) use http::{BusyRoute, HttpMetrics, InFlight, Route};
pub(crate) use model::{ModelMetrics, ModelSeries};
pub(crate) use reload::{Outcome, ReloadMetrics};
pub(crate) use shadow::ShadowMetrics;

/// The media type of [`Metrics::render`].
pub(crate) const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Every metric of a service.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    pub(crate) admission: Arc<AdmissionMetrics>,
    pub(crate) http: HttpMetrics,
    pub(crate) models: ModelSeries,
    pub(crate) reloads: ReloadMetrics,
    pub(crate) shadow: Arc<ShadowMetrics>,
    pub(crate) capture: Arc<CaptureMetrics>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(process::Process));
        let relevance = registry.sub_registry_with_prefix("relevance");
        Self {
            admission: Arc::new(AdmissionMetrics::register(relevance)),
            http: HttpMetrics::register(relevance),
            models: ModelSeries::register(relevance),
            reloads: ReloadMetrics::register(relevance),
            shadow: Arc::new(ShadowMetrics::register(relevance)),
            capture: Arc::new(CaptureMetrics::register(relevance)),
            registry,
        }
    }

    /// Every metric in the text format of `OpenMetrics`.
    pub(crate) fn render(&self) -> String {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)
            .expect("writing to a string cannot fail");
        text
    }
}
