//! POST `/invocations`: the predictions for several texts, in the form of SageMaker and Vertex AI.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::http::json_body::JsonBody;
use crate::http::json_response::JsonResponse;
use crate::http::request_id::RequestId;
use crate::openapi::operation::{
    EXAMPLE_TEXT, batch_problems, body_problems, describe, documented, problems, request_example,
};
use crate::predict::validation::NOT_WHITESPACE;
use crate::problem::{Problem, TextLocation};
use crate::routes::predict_batch::{BatchPrediction, PREDICTION_BYTES};
use crate::state::ServiceState;

/// Path of the route.
pub(crate) const PATH: &str = "/invocations";

/// The texts to classify, in the form of SageMaker and Vertex AI.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InvocationRequest {
    /// One text each.
    #[schemars(length(min = 1))]
    instances: Vec<Instance>,
    parameters: Option<InvocationParameters>,
}

/// A text as a string, or in an object.
#[derive(Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "an instance is a string, or an object with only the string `text`"
)]
enum Instance {
    /// UTF-8, neither empty nor only whitespace; U+0000 counts as whitespace.
    Text(#[schemars(length(min = 1), regex(pattern = NOT_WHITESPACE))] String),
    Object(TextInstance),
}

/// A text in an object.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TextInstance {
    /// UTF-8, neither empty nor only whitespace; U+0000 counts as whitespace.
    #[schemars(length(min = 1), regex(pattern = NOT_WHITESPACE))]
    text: String,
}

/// Settings of a request.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InvocationParameters {
    /// Probability from which a text is relevant, instead of the model's threshold.
    #[schemars(range(min = 0, max = 1))]
    threshold: Option<f64>,
}

/// The predictions for the instances, in their order.
#[derive(Serialize, JsonSchema)]
struct InvocationResponse<'r> {
    predictions: Vec<BatchPrediction<'r>>,
}

impl AsRef<str> for Instance {
    fn as_ref(&self) -> &str {
        match self {
            Self::Text(text) | Self::Object(TextInstance { text }) => text,
        }
    }
}

pub(crate) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route(PATH, post_with(invoke, document))
}

documented! {
    /// Classify several texts, in the form of SageMaker and Vertex AI.
    ///
    /// As `/v1/predict/batch`: one prediction per instance, in their order. With `AIP_PREDICT_ROUTE`
    /// the service has this operation at that path too.
    async fn invoke(
        State(state): State<ServiceState>,
        id: RequestId,
        body: JsonBody<InvocationRequest>,
    ) -> Result<JsonResponse<InvocationResponse<'static>>, Problem> {
        let InvocationRequest { instances, parameters } = body.parse()?;
        let threshold = parameters.and_then(|parameters| parameters.threshold);

        let classification = state
            .classify(&id, &instances, threshold, TextLocation::Instance)
            .await?;

        let predictions = BatchPrediction::list(&classification);
        let capacity = predictions.len() * PREDICTION_BYTES;
        Ok(JsonResponse::new(&InvocationResponse { predictions }, capacity))
    }
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let operation = describe(operation, "invoke", "prediction", DOCUMENTATION)
        .response_with::<200, Json<InvocationResponse<'_>>, _>(|response| {
            let predictions = BatchPrediction::examples();
            response.example(InvocationResponse { predictions })
        });

    let operation = request_example(
        operation,
        json!({ "instances": [EXAMPLE_TEXT, { "text": "the game starts at seven" }] }),
    );
    let operation = problems(
        operation,
        body_problems("missing field `instances` at line 1 column 2"),
    );
    problems(operation, batch_problems(TextLocation::Instance(1)))
}
