//! All metrics of a service.

use std::sync::Arc;

use prometheus_client::registry::Registry;
use tracing_appender::non_blocking::ErrorCounter;

use crate::metrics::admission::AdmissionMetrics;
use crate::metrics::capture::CaptureMetrics;
use crate::metrics::http::HttpMetrics;
use crate::metrics::log::DroppedLines;
use crate::metrics::model::ModelSeries;
use crate::metrics::process::Process;
use crate::metrics::reload::ReloadMetrics;
use crate::metrics::shadow::ShadowMetrics;
use crate::metrics::text_format::{TextFormat, to_prometheus};

/// All metrics of a service.
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
    /// Registers all metrics; `dropped_log_lines` counts what the log dropped.
    pub(crate) fn new(dropped_log_lines: Option<ErrorCounter>) -> Self {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(Process));

        let relevance = registry.sub_registry_with_prefix("relevance");
        relevance.register_collector(Box::new(DroppedLines(dropped_log_lines)));

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

    /// All metrics in a text format.
    pub(crate) fn render(&self, format: TextFormat) -> String {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)
            .expect("writing to a string cannot fail");

        match format {
            TextFormat::OpenMetrics => text,
            TextFormat::Prometheus => to_prometheus(&text),
        }
    }
}
