//! Metrics of predictions, by version: texts, scores, and known and unknown tokens.

use std::sync::atomic::{AtomicU64, Ordering};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use relevance_runtime::{ScoredText, Session};

use crate::metrics::statistics::Statistics;
use crate::model::identity::Identity;

/// Upper bounds of the probability buckets.
const SCORES: [f64; 10] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];
/// Tokens are counted for one in this many requests, enough for the fraction of unknown tokens.
const TOKEN_SAMPLE_INTERVAL: u64 = 8;
/// Values of the label `prediction`, independent of the model's labels.
const RELEVANT: &str = "relevant";
const NOT_RELEVANT: &str = "not_relevant";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Version {
    model: String,
    version: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VersionDigest {
    model: String,
    version: u64,
    digest: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VersionPrediction {
    model: String,
    version: u64,
    prediction: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VersionKnown {
    model: String,
    version: u64,
    known: bool,
}

/// The metrics of every version that is or was active.
#[derive(Debug)]
pub(crate) struct ModelSeries {
    info: Family<VersionDigest, Gauge>,
    texts: Family<VersionPrediction, Counter>,
    scores: Family<Version, Histogram, fn() -> Histogram>,
    tokens: Family<VersionKnown, Counter>,
}

/// The metrics of one version.
#[derive(Debug)]
pub(crate) struct ModelMetrics {
    relevant: Counter,
    not_relevant: Counter,
    scores: Histogram,
    known_tokens: Counter,
    unknown_tokens: Counter,
    requests: AtomicU64,
    /// The same events as the inference protocol reports them.
    pub(crate) statistics: Statistics,
}

impl VersionDigest {
    fn new(identity: &Identity) -> Self {
        Self {
            model: identity.name.clone(),
            version: identity.version,
            digest: identity.digest.clone(),
        }
    }
}

impl ModelSeries {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let series = Self {
            info: Family::default(),
            texts: Family::default(),
            scores: Family::new_with_constructor(|| Histogram::new(SCORES)),
            tokens: Family::default(),
        };

        registry.register(
            "model_info",
            "1 for the active version, 0 for earlier ones",
            series.info.clone(),
        );
        registry.register("texts", "Classified texts", series.texts.clone());
        registry.register(
            "score",
            "Probabilities that a text is relevant",
            series.scores.clone(),
        );
        registry.register(
            "tokens",
            "Tokens in a sample of the requests",
            series.tokens.clone(),
        );

        series
    }

    /// The metrics of a version.
    pub(crate) fn for_version(&self, identity: &Identity) -> ModelMetrics {
        let (model, version) = (&identity.name, identity.version);
        let texts = |prediction| {
            let labels = VersionPrediction {
                model: model.clone(),
                version,
                prediction,
            };
            self.texts.get_or_create_owned(&labels)
        };

        let tokens = |known| {
            self.tokens.get_or_create_owned(&VersionKnown {
                model: model.clone(),
                version,
                known,
            })
        };
        ModelMetrics {
            relevant: texts(RELEVANT),
            not_relevant: texts(NOT_RELEVANT),
            scores: self.scores.get_or_create_owned(&Version {
                model: model.clone(),
                version,
            }),
            known_tokens: tokens(true),
            unknown_tokens: tokens(false),
            requests: AtomicU64::new(0),
            statistics: Statistics::default(),
        }
    }

    /// Records whether a version is active.
    pub(crate) fn set_active(&self, identity: &Identity, is_active: bool) {
        self.info
            .get_or_create(&VersionDigest::new(identity))
            .set(i64::from(is_active));
    }

    /// Removes the series of a version, so that series do not accumulate with new versions.
    pub(crate) fn forget(&self, identity: &Identity) {
        let (model, version) = (identity.name.clone(), identity.version);
        self.info.remove(&VersionDigest::new(identity));
        self.scores.remove(&Version {
            model: model.clone(),
            version,
        });

        for prediction in [RELEVANT, NOT_RELEVANT] {
            self.texts.remove(&VersionPrediction {
                model: model.clone(),
                version,
                prediction,
            });
        }
        for known in [true, false] {
            self.tokens.remove(&VersionKnown {
                model: model.clone(),
                version,
                known,
            });
        }
    }
}

impl ModelMetrics {
    /// Counts the predictions and scores of a request, and the tokens of a sample of the requests.
    pub(crate) fn count<T: AsRef<str>>(
        &self,
        texts: &[T],
        scored: &[ScoredText],
        session: &Session,
    ) {
        let relevant = scored
            .iter()
            .filter(|text| text.prediction.relevant)
            .count() as u64;
        self.relevant.inc_by(relevant);
        self.not_relevant.inc_by(scored.len() as u64 - relevant);

        for text in scored {
            self.scores.observe(f64::from(text.prediction.probability));
        }

        if self
            .requests
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(TOKEN_SAMPLE_INTERVAL)
        {
            // A model with inlined functions has no vocabulary to count by.
            if let Ok(counts) = session.count_tokens(texts) {
                self.known_tokens.inc_by(counts.known as u64);
                self.unknown_tokens
                    .inc_by((counts.all - counts.known) as u64);
            }
        }
    }
}
