//! Metrics of the admission.

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Texts in flight and queued texts.
#[derive(Debug, Default)]
pub(crate) struct AdmissionMetrics {
    pub(crate) texts_in_flight: Gauge,
    pub(crate) texts_queued: Gauge,
}

impl AdmissionMetrics {
    /// Registers the metrics.
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();

        registry.register(
            "texts_in_flight",
            "Texts being scored",
            metrics.texts_in_flight.clone(),
        );
        registry.register("texts_queued", "Queued texts", metrics.texts_queued.clone());

        metrics
    }
}
