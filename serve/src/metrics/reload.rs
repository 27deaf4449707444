//! Metrics of reloads.

use std::fmt::{self, Write as _};

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Outcome of a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Outcome {
    /// Another version is active.
    Swapped,
    /// The store names the active version.
    Unchanged,
    /// The reload failed, and the active version stays.
    Failed,
}

impl EncodeLabelValue for Outcome {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        encoder.write_str(self.into())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Attempt {
    outcome: Outcome,
}

/// Reloads by outcome.
#[derive(Debug)]
pub(crate) struct ReloadMetrics {
    attempts: Family<Attempt, Counter>,
    last_failed: Gauge,
}

impl ReloadMetrics {
    /// Registers the metrics.
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            attempts: Family::default(),
            last_failed: Gauge::default(),
        };

        registry.register("reloads", "Reloads of the model", metrics.attempts.clone());
        registry.register(
            "reload_failing",
            "1 if the last reload failed",
            metrics.last_failed.clone(),
        );

        metrics
    }

    /// Counts a reload.
    pub(crate) fn count(&self, outcome: Outcome) {
        self.attempts.get_or_create(&Attempt { outcome }).inc();
        self.last_failed.set(i64::from(outcome == Outcome::Failed));
    }
}
