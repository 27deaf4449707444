//! POST `/v1/feedback`: a person's label for a text of an earlier request.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use relevance_runtime::Labels;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::http::json_body::{JsonBody, deserialize_whole_number};
use crate::http::request_id::RequestId;
use crate::openapi::operation::{body_problems, describe, documented, problems, request_example};
use crate::predict::capture::Feedback;
use crate::problem::Problem;
use crate::state::ServiceState;

const EXAMPLE_ID: &str = "0199a1b2-7f3e-7c51-b0a4-3f6d2c9e8a10";

/// A person's label for a text of an earlier request.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FeedbackRequest {
    /// Id of the earlier request, from the header `x-request-id` of its response.
    #[schemars(
        example = &EXAMPLE_ID,
        length(min = 1, max = 128),
        regex(pattern = "^[!-~]+$")
    )]
    request_id: String,
    /// Index of the text in a batch, from 0.
    #[serde(default, deserialize_with = "deserialize_whole_number")]
    #[schemars(range(min = 0, max = u32::MAX))]
    index: u32,
    /// The label: `Relevant` and `Not Relevant` stand for those of any model, whose own names from
    /// `/v1/model` are accepted too.
    #[schemars(with = "FeedbackLabel")]
    label: String,
}

/// Labels that a person can give to a text, whatever the labels of the model are.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only the specification lists the labels")]
enum FeedbackLabel {
    Relevant,
    #[schemars(rename = "Not Relevant")]
    NotRelevant,
    #[schemars(rename = "Can't Decide")]
    CantDecide,
}

/// The stored label.
#[derive(Serialize, JsonSchema)]
struct FeedbackResponse {
    /// Id of the request that the label belongs to.
    request_id: String,
    /// Index of the text in the request, from 0.
    index: u32,
    /// The label, as the model spells it.
    label: String,
}

/// Label of texts that a person cannot decide on, whatever the labels of the model are.
const UNDECIDED: &str = "Can't Decide";

/// Returns the label as the model spells it; the usual names stand for those of the model.
fn stored_label(label: &str, names: &Labels) -> Result<String, Problem> {
    let usual = Labels::default();
    let candidates = [
        (names.relevant.as_str(), &*names.relevant),
        (&names.not_relevant, &names.not_relevant),
        (&usual.relevant, &names.relevant),
        (&usual.not_relevant, &names.not_relevant),
        (UNDECIDED, UNDECIDED),
    ];

    let found = candidates.iter().find(|(accepted, _)| *accepted == label);
    found
        .map(|(_, stored)| (*stored).to_owned())
        .ok_or_else(|| {
            Problem::InvalidBody(format!(
                "`label` must be `{}`, `{}` or `{UNDECIDED}`",
                names.relevant, names.not_relevant
            ))
        })
}

pub(crate) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route("/v1/feedback", post_with(feedback, document))
}

documented! {
    /// Report the correct label.
    ///
    /// Stores a label for a text of an earlier request beside the captured requests, for the next
    /// training. The service does not check whether the request was captured.
    async fn feedback(
        State(state): State<ServiceState>,
        body: JsonBody<FeedbackRequest>,
    ) -> Result<Json<FeedbackResponse>, Problem> {
        let FeedbackRequest { request_id, index, label } = body.parse()?;
        if !RequestId::is_usable(&request_id) {
            return Err(Problem::InvalidBody(
                "`request_id` must be 1 to 128 visible ASCII characters".to_owned(),
            ));
        }

        let capture = state.capture().ok_or(Problem::CaptureOff)?;
        let label = stored_label(&label, &state.active_model()?.session().info().labels)?;
        let feedback = Feedback {
            request_id,
            index: index as usize,
            label: label.clone(),
        };
        if capture.store(&feedback).await {
            Ok(Json(FeedbackResponse { request_id: feedback.request_id, index, label }))
        } else {
            Err(Problem::Internal("the capture file did not take the label, or not in time".into()))
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
    problems(
        operation,
        body.into_iter()
            .chain([Problem::CaptureOff, Problem::NoModel]),
    )
}

fn example() -> FeedbackResponse {
    FeedbackResponse {
        request_id: EXAMPLE_ID.to_owned(),
        index: 0,
        label: "Not Relevant".to_owned(),
    }
}
