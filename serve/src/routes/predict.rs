//! POST `/v1/predict`: one text to a verdict.

use std::borrow::Cow;

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
use crate::{DEFAULT_MAX_BODY_BYTES, DEFAULT_MAX_TEXT_BYTES, LoadedModel, ServiceState};

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

/// The model that answered.
#[derive(Serialize, JsonSchema)]
struct ModelReference {
    /// The model's name.
    name: String,
    /// The version's number in the store.
    version: u64,
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
        let text = validate(&request.text, state.limits().max_text_bytes)?;
        judge(state.model(), &text).map(Json)
    }
}

/// The text as the model takes it.
fn validate(text: &str, max_bytes: usize) -> Result<Cow<'_, str>, Problem> {
    if text.len() > max_bytes {
        return Err(Problem::TextTooLong { got_bytes: text.len(), limit: Limit::text(max_bytes) });
    }
    // Some runtimes end a string at U+0000; no answer may depend on that.
    let text = if text.contains('\0') { Cow::Owned(text.replace('\0', " ")) } else { Cow::Borrowed(text) };
    if text.trim().is_empty() {
        return Err(Problem::EmptyText);
    }
    Ok(text)
}

fn judge(model: &LoadedModel, text: &str) -> Result<PredictResponse, Problem> {
    let predictions = model.session().predict(&[text]).map_err(|error| Problem::Internal(error.into()))?;
    let [prediction] = predictions[..] else {
        return Err(Problem::Internal(format!("{} predictions for one text", predictions.len()).into()));
    };
    let (info, manifest) = (model.session().info(), model.manifest());
    let labels = &info.labels;
    let label = if prediction.relevant { &labels.relevant } else { &labels.not_relevant };
    Ok(PredictResponse {
        label: label.clone(),
        relevant: prediction.relevant,
        probability: prediction.probability,
        threshold: info.threshold,
        model: ModelReference { name: manifest.name.clone(), version: manifest.version },
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
            Problem::EmptyText,
            Problem::TextTooLong { got_bytes: DEFAULT_MAX_TEXT_BYTES + 1, limit: text },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_becomes_a_space_and_other_texts_stay() {
        for (text, want) in [("a\0b", "a b"), ("a b", "a b"), (" é ", " é ")] {
            assert_eq!(validate(text, 10).unwrap(), want);
        }
    }

    #[test]
    fn blank_texts_are_empty() {
        for text in ["", " ", "\t\r\n", "\0", "\u{2003}"] {
            assert!(matches!(validate(text, 10), Err(Problem::EmptyText)), "{text:?}");
        }
    }

    #[test]
    fn the_limit_counts_bytes_and_is_inclusive() {
        assert!(validate("éé", 4).is_ok());
        assert!(matches!(validate("ééa", 4), Err(Problem::TextTooLong { got_bytes: 5, .. })));
    }
}
