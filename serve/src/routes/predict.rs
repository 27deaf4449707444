//! POST `/v1/predict`: the prediction for one text.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use relevance_runtime::ScoredText;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::http::json_body::JsonBody;
use crate::http::json_response::JsonResponse;
use crate::http::request_id::RequestId;
use crate::openapi::operation::{
    EXAMPLE_TEXT, body_problems, classification_problems, describe, documented, link_feedback,
    problems, request_example,
};
use crate::predict::request::{ModelReference, PredictRequest};
use crate::problem::{Problem, TextLocation};
use crate::state::ServiceState;

/// Path of the route.
pub(crate) const PATH: &str = "/v1/predict";
/// Approximate size of a response.
const RESPONSE_BYTES: usize = 176;

/// The prediction for a text.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PredictResponse<'r> {
    /// Label of the prediction, one of the model's two.
    label: &'r str,
    /// Whether the probability is at least the threshold.
    relevant: bool,
    /// Probability that the text is relevant, from 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    probability: f32,
    /// Probability from which a text is relevant.
    #[schemars(range(min = 0, max = 1))]
    threshold: f32,
    /// Number of different terms of the text that the model knows; without any, the probability is
    /// the model's base rate. Missing for a model with inlined functions.
    #[serde(skip_serializing_if = "Option::is_none")]
    known_terms: Option<u32>,
    model: ModelReference<'r>,
}

pub(crate) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route(PATH, post_with(predict, document))
}

documented! {
    /// Classify one text.
    ///
    /// Returns the probability that the text is relevant, and the label: relevant when the
    /// probability is at least the threshold. A text without any known term gets the model's base
    /// rate, and `known_terms` is 0.
    async fn predict(
        State(state): State<ServiceState>,
        id: RequestId,
        body: JsonBody<PredictRequest<'static>>,
    ) -> Result<JsonResponse<PredictResponse<'static>>, Problem> {
        respond(&state, &id, &body).await
    }
}

/// Responds to a request whose body was read.
pub(crate) async fn respond(
    state: &ServiceState,
    id: &RequestId,
    body: &JsonBody<PredictRequest<'static>>,
) -> Result<JsonResponse<PredictResponse<'static>>, Problem> {
    let request: PredictRequest<'_> = body.parse()?;

    let classification = state
        .classify(id, &[request.text], request.threshold, |_| {
            TextLocation::Single
        })
        .await?;

    let ScoredText {
        prediction,
        known_terms,
    } = classification.scored[0];
    let response = PredictResponse {
        label: classification.label(prediction),
        relevant: prediction.relevant,
        probability: prediction.probability,
        threshold: classification.threshold,
        known_terms,
        model: ModelReference::new(&classification.model),
    };

    Ok(JsonResponse::new(&response, RESPONSE_BYTES))
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let operation = describe(operation, "predict", "prediction", DOCUMENTATION)
        .response_with::<200, Json<PredictResponse<'_>>, _>(|response| response.example(example()));
    let operation = request_example(link_feedback(operation), json!({ "text": EXAMPLE_TEXT }));
    let operation = problems(
        operation,
        body_problems("missing field `text` at line 1 column 2"),
    );
    problems(operation, classification_problems(TextLocation::Single))
}

fn example() -> PredictResponse<'static> {
    PredictResponse {
        label: "Relevant",
        relevant: true,
        probability: 0.968_75,
        threshold: 0.5,
        known_terms: Some(7),
        model: ModelReference {
            name: "relevance",
            version: 3,
        },
    }
}
