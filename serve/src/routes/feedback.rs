//! POST `/v1/feedback`: what a person says about an answer.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

use crate::http::json_body::JsonBody;
use crate::http::request_id::RequestId;
use crate::openapi::operation::{body_problems, describe, documented, problems, request_example};
use crate::predict::capture::Feedback;
use crate::problem::Problem;
use crate::state::ServiceState;

const EXAMPLE_ID: &str = "0199a1b2-7f3e-7c51-b0a4-3f6d2c9e8a10";

/// The label that a person gives to an answer.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FeedbackRequest {
    /// The id of the request that was answered, as the answer's header `x-request-id` has it.
    #[schemars(
        example = &EXAMPLE_ID,
        length(min = 1, max = 128),
        regex(pattern = "^[!-~]+$")
    )]
    request_id: String,
    /// Which text of a batch is meant, from 0.
    #[serde(default, deserialize_with = "whole")]
    #[schemars(range(min = 0, max = u32::MAX))]
    index: u32,
    label: FeedbackLabel,
}

/// Reads a whole number however JSON writes it: 1.0 is one too.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is whole and in the range"
)]
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = f64::deserialize(deserializer)?;
    if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number) {
        return Ok(number as u32);
    }
    Err(D::Error::invalid_value(
        Unexpected::Float(number),
        &"a whole number from 0 to 4294967295",
    ))
}

/// What a person may say about a text.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
enum FeedbackLabel {
    Relevant,
    #[serde(rename = "Not Relevant")]
    NotRelevant,
    #[serde(rename = "Can't Decide")]
    CantDecide,
}

/// What was kept.
#[derive(Serialize, JsonSchema)]
struct FeedbackResponse {
    /// The request that the label belongs to.
    request_id: String,
    /// Which of its texts, from 0.
    index: u32,
    label: FeedbackLabel,
}

impl FeedbackLabel {
    const fn name(self) -> &'static str {
        match self {
            Self::Relevant => "Relevant",
            Self::NotRelevant => "Not Relevant",
            Self::CantDecide => "Can't Decide",
        }
    }
}

pub(crate) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route("/v1/feedback", post_with(feedback, document))
}

documented! {
    /// Say what the answer should have been.
    ///
    /// Keeps a label for a text of an earlier request, beside what was captured of it, for the next training. The service
    /// does not know whether the request was in its sample; whoever joins the two does.
    async fn feedback(
        State(state): State<ServiceState>,
        body: JsonBody<FeedbackRequest>,
    ) -> Result<Json<FeedbackResponse>, Problem> {
        let FeedbackRequest { request_id, index, label } = body.read()?;
        if !RequestId::is_usable(&request_id) {
            return Err(Problem::InvalidBody("`request_id` must be 1 to 128 visible ASCII characters".to_owned()));
        }
        let capture = state.capture().ok_or(Problem::CaptureOff)?;
        let kept = Feedback { request_id, index: index as usize, label: label.name().to_owned() };
        if capture.keep(&kept).await {
            Ok(Json(FeedbackResponse { request_id: kept.request_id, index, label }))
        } else {
            Err(Problem::Internal("the label was not written".into()))
        }
    }
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let operation = describe(operation, "feedback", "feedback", DOCUMENTATION)
        .response_with::<200, Json<FeedbackResponse>, _>(|response| response.example(example()));
    let operation = request_example(
        operation,
        json!({ "request_id": EXAMPLE_ID, "index": 0, "label": "Not Relevant" }),
    );
    let body = body_problems("missing field `request_id` at line 1 column 2");
    problems(operation, body.into_iter().chain([Problem::CaptureOff]))
}

fn example() -> FeedbackResponse {
    FeedbackResponse {
        request_id: EXAMPLE_ID.to_owned(),
        index: 0,
        label: FeedbackLabel::NotRelevant,
    }
}
