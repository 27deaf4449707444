//! Metric of the log.

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::counter::ConstCounter;
use tracing_appender::non_blocking::ErrorCounter;

/// Collector that reads the number of dropped lines on each scrape.
#[derive(Debug)]
pub(super) struct DroppedLines(pub(super) Option<ErrorCounter>);

impl Collector for DroppedLines {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let dropped = self.0.as_ref().map_or(0, ErrorCounter::dropped_lines);
        let counter = ConstCounter::new(dropped as u64);

        let descriptor = encoder.encode_descriptor(
            "log_lines_dropped",
            "Lines of the log that were dropped, since the reader of the output was too slow",
            None,
            counter.metric_type(),
        )?;
        counter.encode(descriptor)
    }
}
