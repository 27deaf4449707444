//! Metrics of the shadow's agreement with the active version.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use relevance_runtime::Prediction;

/// Upper bounds of the buckets for the distance of two probabilities.
const DISTANCES: [f64; 8] = [0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Comparison {
    model: String,
    version: u64,
    agrees: bool,
}

/// Texts that both versions classified.
#[derive(Debug)]
pub(crate) struct ShadowMetrics {
    texts: Family<Comparison, Counter>,
    distance: Histogram,
    pub(crate) left_out: Counter,
}

impl ShadowMetrics {
    /// Registers the metrics.
    pub(super) fn register(registry: &mut Registry) -> Self {
        let (texts, left_out) = (Family::default(), Counter::default());
        let metrics = Self {
            texts,
            distance: Histogram::new(DISTANCES),
            left_out,
        };

        registry.register(
            "shadow_texts",
            "Texts that the shadow classified",
            metrics.texts.clone(),
        );
        registry.register(
            "shadow_score_distance",
            "Distance of the shadow's probability from the active version's",
            metrics.distance.clone(),
        );
        registry.register(
            "shadow_texts_left_out",
            "Texts that the shadow skipped, since its queue was full",
            metrics.left_out.clone(),
        );

        metrics
    }

    /// Counts a text; `version` is the shadow's.
    pub(crate) fn compare(
        &self,
        model: &str,
        version: u64,
        active: Prediction,
        shadow: Prediction,
    ) {
        let agrees = active.relevant == shadow.relevant;
        self.texts
            .get_or_create(&Comparison {
                model: model.to_owned(),
                version,
                agrees,
            })
            .inc();
        self.distance
            .observe(f64::from((active.probability - shadow.probability).abs()));
    }
}
