//! Statistics of the model in the form of Triton's, over HTTP and gRPC.

use schemars::JsonSchema;
use serde::Serialize;

use crate::metrics::DurationSum;
use crate::model::active::ActiveModel;

/// Statistics of the loaded versions.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StatisticsResponse {
    pub(crate) model_stats: Vec<ModelStatistics>,
}

/// Statistics of a version since its activation.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ModelStatistics {
    /// Name of the model.
    pub(crate) name: String,
    /// Number of the version in the store.
    pub(crate) version: String,
    /// Time of the last request in milliseconds since 1970; 0 without one.
    pub(crate) last_inference: u64,
    /// Number of scored texts.
    pub(crate) inference_count: u64,
    /// Number of scored requests.
    pub(crate) execution_count: u64,
    pub(crate) inference_stats: InferenceStatistics,
}

/// Durations of requests.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct InferenceStatistics {
    /// Requests that the model scored, with their wait.
    pub(crate) success: StatisticDuration,
    /// Requests that the model could not score, with their wait.
    pub(crate) fail: StatisticDuration,
    /// Waits for the texts of other requests.
    pub(crate) queue: StatisticDuration,
    /// Scoring alone.
    pub(crate) compute_infer: StatisticDuration,
}

/// A number of durations, and their sum.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(crate) struct StatisticDuration {
    /// Number of the durations.
    pub(crate) count: u64,
    /// Their sum in nanoseconds.
    pub(crate) ns: u64,
}

impl StatisticsResponse {
    /// The statistics of the model, if it is loaded.
    pub(crate) fn new(model: Option<&ActiveModel>) -> Self {
        Self {
            model_stats: model.map(ModelStatistics::new).into_iter().collect(),
        }
    }

    /// The example in the specification.
    pub(crate) fn example() -> Self {
        let duration = |ns| StatisticDuration { count: 40, ns };
        let statistics = ModelStatistics {
            name: "relevance".to_owned(),
            version: "3".to_owned(),
            last_inference: 1_780_000_000_000,
            inference_count: 400,
            execution_count: 40,
            inference_stats: InferenceStatistics {
                success: duration(900_000),
                fail: StatisticDuration { count: 0, ns: 0 },
                queue: duration(20_000),
                compute_infer: duration(880_000),
            },
        };
        Self {
            model_stats: vec![statistics],
        }
    }
}

impl ModelStatistics {
    fn new(model: &ActiveModel) -> Self {
        let (identity, statistics) = (model.identity(), &model.metrics().statistics);
        Self {
            name: identity.name.clone(),
            version: identity.version.to_string(),
            last_inference: statistics.last_request_ms(),
            inference_count: statistics.texts(),
            execution_count: statistics.success.count(),
            inference_stats: InferenceStatistics {
                success: (&statistics.success).into(),
                fail: (&statistics.failure).into(),
                queue: (&statistics.queue).into(),
                compute_infer: (&statistics.scoring).into(),
            },
        }
    }
}

impl From<&DurationSum> for StatisticDuration {
    fn from(sum: &DurationSum) -> Self {
        Self {
            count: sum.count(),
            ns: sum.ns(),
        }
    }
}
