//! GET `/v1/model`: the active model and the limits on requests.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::loaded::LoadedModel;
use crate::openapi::operation::{describe, documented, problems};
use crate::problem::Problem;
use crate::settings::{Limits, millis};
use crate::state::ServiceState;

/// The active model, and the limits on requests.
#[derive(Serialize, JsonSchema)]
struct ModelResponse {
    /// Name of the model.
    name: String,
    /// Number of the version in the store, or that of a lone model file.
    version: u64,
    /// Time when the version was created, in RFC 3339; null for a lone model file.
    #[schemars(extend("format" = "date-time"))]
    created: Option<String>,
    labels: LabelNames,
    /// Probability from which a text is relevant.
    #[schemars(range(min = 0, max = 1))]
    threshold: f32,
    metrics: Metrics,
    digests: Digests,
    limits: RequestLimits,
}

/// The two labels.
#[derive(Serialize, JsonSchema)]
struct LabelNames {
    /// Label of a text whose probability is at least the threshold.
    relevant: String,
    /// Label of any other text.
    not_relevant: String,
}

/// Metrics on the test subset; null when the model file lacks them.
#[derive(Serialize, JsonSchema)]
struct Metrics {
    /// Fraction of the texts predicted as relevant that are relevant, at the threshold.
    precision: Option<f64>,
    /// Fraction of the relevant texts that are predicted as relevant, at the threshold.
    recall: Option<f64>,
    /// Harmonic mean of precision and recall.
    f1: Option<f64>,
    /// Area under the receiver operating characteristic.
    roc_auc: Option<f64>,
    /// Area under the precision-recall curve.
    pr_auc: Option<f64>,
}

/// SHA-256 of the model and its inputs; null when the model file lacks it.
#[derive(Serialize, JsonSchema)]
struct Digests {
    /// The model file.
    model: String,
    /// The training data.
    data: Option<String>,
    /// The training settings.
    settings: Option<String>,
}

/// Limits on requests and connections.
#[derive(Serialize, JsonSchema)]
struct RequestLimits {
    /// Bytes of UTF-8 in one text.
    max_text_bytes: usize,
    /// Bytes in a request's body.
    max_body_bytes: usize,
    /// Texts in one batch.
    max_batch_texts: usize,
    /// Texts that are scored at once, across all requests.
    max_concurrent_texts: usize,
    /// Texts that are queued, across all requests; further requests are rejected with 429.
    max_queued_texts: usize,
    /// Milliseconds that a request may be queued; then it is rejected with 503.
    max_wait_ms: u64,
    /// Milliseconds for a request's head; then the connection is closed.
    header_timeout_ms: u64,
    /// Milliseconds for a request's body; then the request is rejected with 408.
    body_timeout_ms: u64,
    /// Open connections; for further ones the longest idle is closed, or they wait to be accepted.
    max_connections: usize,
    /// Bytes of request bodies and of unsent responses, across all connections; further requests
    /// are rejected with 429.
    max_bytes_in_flight: usize,
}

impl From<&Limits> for RequestLimits {
    fn from(limits: &Limits) -> Self {
        let Limits {
            max_text_bytes,
            max_body_bytes,
            max_batch_texts,
            max_concurrent_texts,
            max_queued_texts,
            max_wait,
            header_timeout,
            body_timeout,
            max_connections,
            max_bytes_in_flight,
        } = *limits;
        Self {
            max_text_bytes,
            max_body_bytes,
            max_batch_texts,
            max_concurrent_texts,
            max_queued_texts,
            max_wait_ms: millis(max_wait),
            header_timeout_ms: millis(header_timeout),
            body_timeout_ms: millis(body_timeout),
            max_connections,
            max_bytes_in_flight,
        }
    }
}

pub(crate) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route("/v1/model", get_with(model, document))
}

documented! {
    /// Describe the model.
    ///
    /// Returns the name, version, labels, threshold, metrics and digests of the active model, and
    /// the limits on requests.
    async fn model(State(state): State<ServiceState>) -> Result<Json<ModelResponse>, Problem> {
        let model = state.active_model()?;
        Ok(Json(respond(&model, state.limits())))
    }
}

fn respond(model: &LoadedModel, limits: &Limits) -> ModelResponse {
    let (info, identity) = (model.session().info(), model.identity());

    ModelResponse {
        name: identity.name.clone(),
        version: identity.version,
        created: identity.created.clone(),
        labels: LabelNames {
            relevant: info.labels.relevant.clone(),
            not_relevant: info.labels.not_relevant.clone(),
        },
        threshold: info.threshold,
        metrics: metrics(model),
        digests: Digests {
            model: identity.digest.clone(),
            data: model.metadata("data.digest").map(str::to_owned),
            settings: model.metadata("settings.digest").map(str::to_owned),
        },
        limits: limits.into(),
    }
}

fn metrics(model: &LoadedModel) -> Metrics {
    let metric = |key: &str| model.metadata(key)?.parse().ok();
    Metrics {
        precision: metric("test.precision"),
        recall: metric("test.recall"),
        f1: metric("test.f1"),
        roc_auc: metric("test.roc_auc"),
        pr_auc: metric("test.pr_auc"),
    }
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let operation = describe(operation, "model", "model", DOCUMENTATION)
        .response_with::<200, Json<ModelResponse>, _>(|response| response.example(example()));
    problems(operation, [Problem::NoModel])
}

fn example() -> ModelResponse {
    ModelResponse {
        name: "relevance".to_owned(),
        version: 3,
        created: Some("2026-10-01T12:00:00Z".to_owned()),
        labels: LabelNames {
            relevant: "Relevant".to_owned(),
            not_relevant: "Not Relevant".to_owned(),
        },
        threshold: 0.5,
        metrics: Metrics {
            precision: Some(0.81),
            recall: Some(0.79),
            f1: Some(0.8),
            roc_auc: Some(0.88),
            pr_auc: Some(0.87),
        },
        digests: Digests {
            model: "5a".repeat(32),
            data: Some("d1".repeat(32)),
            settings: Some("c7".repeat(32)),
        },
        limits: (&Limits::default()).into(),
    }
}
