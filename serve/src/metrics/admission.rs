//! How busy the limiter is.

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Texts that are scored and texts that wait.
#[derive(Debug, Default)]
pub(crate) struct AdmissionMetrics {
    pub(crate) texts_in_flight: Gauge,
    pub(crate) texts_queued: Gauge,
}

impl AdmissionMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        registry.register(
            "texts_in_flight",
            "Texts that are being scored",
            metrics.texts_in_flight.clone(),
        );
        registry.register(
            "texts_queued",
            "Texts that wait for their turn",
            metrics.texts_queued.clone(),
        );
        metrics
    }
}
