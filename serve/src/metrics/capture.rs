//! What was kept for later labelling.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

/// Requests and labels that were to be kept.
#[derive(Debug, Default)]
pub(crate) struct CaptureMetrics {
    pub(crate) written: Counter,
    pub(crate) left_out: Counter,
}

impl CaptureMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        registry.register(
            "captured",
            "Requests and labels that were kept",
            metrics.written.clone(),
        );
        registry.register(
            "capture_left_out",
            "Requests and labels that were to be kept, but the disk failed or was behind",
            metrics.left_out.clone(),
        );
        metrics
    }
}
