//! POST `/v1/predict/batch`: several texts to a verdict each.

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
use crate::{DEFAULT_MAX_BATCH_TEXTS, DEFAULT_MAX_BODY_BYTES, DEFAULT_MAX_TEXT_BYTES, ServiceState};

/// The texts to judge.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PredictBatchRequest {
    /// UTF-8, none of them empty or blank; U+0000 counts as a space.
    #[schemars(example = [EXAMPLE_TEXT, "the game starts at seven"], length(min = 1))]
    texts: Vec<String>,
}

/// The verdicts on the texts, in their order.
#[derive(Serialize, JsonSchema)]
struct PredictBatchResponse {
    predictions: Vec<BatchPrediction>,
    /// The probability from which a text is relevant.
    threshold: f32,
    model: ModelReference,
}

/// The verdict on one of the texts.
#[derive(Serialize, JsonSchema)]
struct BatchPrediction {
    /// The verdict's name, one of the model's two labels.
    label: String,
    /// Whether the probability is at least the threshold.
    relevant: bool,
    /// How probable it is that the text is relevant, from 0 to 1.
    probability: f32,
}

pub(crate) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route("/v1/predict/batch", post_with(predict_batch, document))
}

documented! {
    /// Judge several texts.
    ///
    /// Gives one verdict a text, in the order of the texts, by one version of the model. One text that is refused refuses
    /// the whole request, and the problem names it.
    async fn predict_batch(
        State(state): State<ServiceState>,
        JsonBody(request): JsonBody<PredictBatchRequest>,
    ) -> Result<Json<PredictBatchResponse>, Problem> {
        respond(&state, &request.texts).map(Json)
    }
}

fn respond(state: &ServiceState, texts: &[String]) -> Result<PredictBatchResponse, Problem> {
    let (model, limits) = (state.model(), state.limits());
    if texts.is_empty() {
        return Err(Problem::EmptyBatch);
    }
    if texts.len() > limits.max_batch_texts {
        return Err(Problem::BatchTooLarge { got_texts: texts.len(), limit: Limit::batch(limits.max_batch_texts) });
    }
    let validated = texts.iter().enumerate();
    let validated = validated.map(|(index, text)| validate(text, TextPlace::Batch(index), limits.max_text_bytes));
    let predictions = judge(model, &validated.collect::<Result<Vec<_>, _>>()?)?;
    let predictions = predictions.into_iter().map(|prediction| BatchPrediction {
        label: label(model, prediction),
        relevant: prediction.relevant,
        probability: prediction.probability,
    });
    Ok(PredictBatchResponse {
        predictions: predictions.collect(),
        threshold: model.session().info().threshold,
        model: ModelReference::of(model),
    })
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let operation = describe(operation, "predict_batch", "prediction", DOCUMENTATION)
        .response_with::<200, Json<PredictBatchResponse>, _>(|response| response.example(example()));
    let (place, text) = (TextPlace::Batch(1), Limit::text(DEFAULT_MAX_TEXT_BYTES));
    problems(
        operation,
        [
            Problem::MalformedJson("expected `:` at line 1 column 9".to_owned()),
            Problem::IncompleteBody,
            Problem::BodyTooLarge(Limit::body(DEFAULT_MAX_BODY_BYTES)),
            Problem::UnsupportedMediaType,
            Problem::InvalidBody("missing field `texts` at line 1 column 2".to_owned()),
            Problem::EmptyBatch,
            Problem::BatchTooLarge {
                got_texts: DEFAULT_MAX_BATCH_TEXTS + 1,
                limit: Limit::batch(DEFAULT_MAX_BATCH_TEXTS),
            },
            Problem::EmptyText { place },
            Problem::TextTooLong { place, got_bytes: DEFAULT_MAX_TEXT_BYTES + 1, limit: text },
        ],
    )
}

fn example() -> PredictBatchResponse {
    let prediction =
        |label: &str, relevant, probability| BatchPrediction { label: label.to_owned(), relevant, probability };
    PredictBatchResponse {
        predictions: vec![prediction("Relevant", true, 0.968_75), prediction("Not Relevant", false, 0.125)],
        threshold: 0.5,
        model: ModelReference { name: "relevance".to_owned(), version: 3 },
    }
}
