//! POST `/v1/predict`: one text to a verdict.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::body::JsonBody;
use crate::documentation::{EXAMPLE_TEXT, describe, documented, problems};
use crate::problem::{Limit, Problem};
use crate::verdict::{ModelReference, TextPlace, judge, label, validate};
use crate::{DEFAULT_MAX_BODY_BYTES, DEFAULT_MAX_TEXT_BYTES, ServiceState};

/// The text to judge.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PredictRequest {
    /// UTF-8, neither empty nor blank; U+0000 counts as a space.
    #[schemars(example = &EXAMPLE_TEXT)]
    text: String,
}

/// The verdict on a text.
#[derive(Serialize, JsonSchema)]
struct PredictResponse {
    /// The verdict's name, one of the model's two labels.
    label: String,
    /// Whether the probability is at least the threshold.
    relevant: bool,
    /// How probable it is that the text is relevant, from 0 to 1.
    probability: f32,
    /// The probability from which a text is relevant.
    threshold: f32,
    model: ModelReference,
}

pub(crate) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route("/v1/predict", post_with(predict, document))
}

documented! {
    /// Judge one text.
    ///
    /// Gives the probability that the text is relevant, and the verdict: relevant when the probability is at least the
    /// model's threshold. A text without any known word gets the model's base rate.
    async fn predict(
        State(state): State<ServiceState>,
        JsonBody(request): JsonBody<PredictRequest>,
    ) -> Result<Json<PredictResponse>, Problem> {
        respond(&state, &request.text).map(Json)
    }
}

fn respond(state: &ServiceState, text: &str) -> Result<PredictResponse, Problem> {
    let model = state.model();
    let text = validate(text, TextPlace::Single, state.limits().max_text_bytes)?;
    let prediction = judge(model, &[text])?[0];
    Ok(PredictResponse {
        label: label(model, prediction),
        relevant: prediction.relevant,
        probability: prediction.probability,
        threshold: model.session().info().threshold,
        model: ModelReference::of(model),
    })
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let operation = describe(operation, "predict", "prediction", DOCUMENTATION)
        .response_with::<200, Json<PredictResponse>, _>(|response| response.example(example()));
    let text = Limit::text(DEFAULT_MAX_TEXT_BYTES);
    problems(
        operation,
        [
            Problem::MalformedJson("expected `:` at line 1 column 8".to_owned()),
            Problem::IncompleteBody,
            Problem::BodyTooLarge(Limit::body(DEFAULT_MAX_BODY_BYTES)),
            Problem::UnsupportedMediaType,
            Problem::InvalidBody("missing field `text` at line 1 column 2".to_owned()),
            Problem::EmptyText { place: TextPlace::Single },
            Problem::TextTooLong { place: TextPlace::Single, got_bytes: DEFAULT_MAX_TEXT_BYTES + 1, limit: text },
        ],
    )
}

fn example() -> PredictResponse {
    PredictResponse {
        label: "Relevant".to_owned(),
        relevant: true,
        probability: 0.968_75,
        threshold: 0.5,
        model: ModelReference { name: "relevance".to_owned(), version: 3 },
    }
}
