//! Metrics of the capture.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

/// Requests and labels that were captured or lost.
#[derive(Debug, Default)]
pub(crate) struct CaptureMetrics {
    pub(crate) written: Counter,
    pub(crate) left_out: Counter,
}

impl CaptureMetrics {
    /// Registers the metrics.
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();

        registry.register(
            "captured",
            "Captured requests and labels",
            metrics.written.clone(),
        );
        registry.register(
            "capture_left_out",
            "Requests and labels that were not captured, since the disk failed or was too slow",
            metrics.left_out.clone(),
        );

        metrics
    }
}
