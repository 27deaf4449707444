//! POST `/v1/predict/batch`: the predictions for several texts.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use relevance_runtime::ScoredText;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::http::json_body::JsonBody;
use crate::http::json_response::JsonResponse;
use crate::http::request_id::RequestId;
use crate::openapi::operation::{
    EXAMPLE_TEXT, batch_problems, body_problems, describe, documented, link_feedback, problems,
    request_example,
};
use crate::predict::classification::Classification;
use crate::predict::request::ModelReference;
use crate::predict::validation::NOT_WHITESPACE;
use crate::problem::{Problem, TextLocation};
use crate::state::ServiceState;

/// Path of the route.
pub(crate) const PATH: &str = "/v1/predict/batch";
/// Approximate size of a response without its predictions.
const RESPONSE_BYTES: usize = 96;
/// Approximate size of a prediction.
pub(crate) const PREDICTION_BYTES: usize = 88;

const EXAMPLE_TEXTS: [&str; 2] = [EXAMPLE_TEXT, "the game starts at seven"];

/// The texts to classify.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PredictBatchRequest {
    /// UTF-8, none of them empty or only whitespace; U+0000 counts as whitespace.
    #[schemars(
        example = EXAMPLE_TEXTS,
        length(min = 1),
        inner(length(min = 1), regex(pattern = NOT_WHITESPACE))
    )]
    texts: Vec<String>,
    /// Probability from which a text is relevant, instead of the model's threshold.
    #[schemars(range(min = 0, max = 1))]
    threshold: Option<f64>,
}

/// The predictions for the texts, in their order.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PredictBatchResponse<'r> {
    predictions: Vec<BatchPrediction<'r>>,
    /// Probability from which a text is relevant.
    #[schemars(range(min = 0, max = 1))]
    threshold: f32,
    model: ModelReference<'r>,
}

/// The prediction for one of the texts.
#[derive(Serialize, JsonSchema)]
pub(crate) struct BatchPrediction<'r> {
    /// Label of the prediction, one of the model's two.
    label: &'r str,
    /// Whether the probability is at least the threshold.
    relevant: bool,
    /// Probability that the text is relevant, from 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    probability: f32,
    /// Number of different terms of the text that the model knows; without any, the probability is
    /// the model's base rate. Missing for a model with inlined functions.
    #[serde(skip_serializing_if = "Option::is_none")]
    known_terms: Option<u32>,
}

impl<'c> BatchPrediction<'c> {
    /// The predictions of a classification, in the order of its texts.
    pub(crate) fn list(classification: &'c Classification) -> Vec<Self> {
        let scored = classification.scored.iter();
        let predictions = scored.map(
            |&ScoredText {
                 prediction,
                 known_terms,
             }| Self {
                label: classification.label(prediction),
                relevant: prediction.relevant,
                probability: prediction.probability,
                known_terms,
            },
        );
        predictions.collect()
    }

    /// The predictions of examples.
    pub(crate) fn examples() -> Vec<Self> {
        let prediction = |label, relevant, probability, known_terms| Self {
            label,
            relevant,
            probability,
            known_terms: Some(known_terms),
        };

        vec![
            prediction("Relevant", true, 0.968_75, 7),
            prediction("Not Relevant", false, 0.125, 3),
        ]
    }
}

pub(crate) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route(PATH, post_with(predict_batch, document))
}

documented! {
    /// Classify several texts.
    ///
    /// Returns one prediction per text, in the order of the texts, all by one version of the model.
    /// One invalid text rejects the whole request, and the problem locates it.
    async fn predict_batch(
        State(state): State<ServiceState>,
        id: RequestId,
        body: JsonBody<PredictBatchRequest>,
    ) -> Result<JsonResponse<PredictBatchResponse<'static>>, Problem> {
        respond(&state, &id, &body).await
    }
}

/// Responds to a request whose body was read.
pub(crate) async fn respond(
    state: &ServiceState,
    id: &RequestId,
    body: &JsonBody<PredictBatchRequest>,
) -> Result<JsonResponse<PredictBatchResponse<'static>>, Problem> {
    let request: PredictBatchRequest = body.parse()?;

    let classification = state
        .classify(id, &request.texts, request.threshold, TextLocation::Batch)
        .await?;

    let response = PredictBatchResponse {
        predictions: BatchPrediction::list(&classification),
        threshold: classification.threshold,
        model: ModelReference::new(&classification.model),
    };

    Ok(JsonResponse::new(
        &response,
        RESPONSE_BYTES + response.predictions.len() * PREDICTION_BYTES,
    ))
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let operation = describe(operation, "predict_batch", "prediction", DOCUMENTATION)
        .response_with::<200, Json<PredictBatchResponse<'_>>, _>(|response| {
            response.example(example())
        });
    let operation = request_example(link_feedback(operation), json!({ "texts": EXAMPLE_TEXTS }));
    let operation = problems(
        operation,
        body_problems("missing field `texts` at line 1 column 2"),
    );
    problems(operation, batch_problems(TextLocation::Batch(1)))
}

fn example() -> PredictBatchResponse<'static> {
    PredictBatchResponse {
        predictions: BatchPrediction::examples(),
        threshold: 0.5,
        model: ModelReference {
            name: "relevance",
            version: 3,
        },
    }
}
