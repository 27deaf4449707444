//! POST `/v1/explain`: the prediction for one text, and the contribution of each of its terms and
//! tokens.

use std::borrow::Cow;
use std::ops::Range;

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use relevance_runtime::{self as runtime, Explanation, RuntimeError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::http::json_body::{JsonBody, deserialize_whole_number};
use crate::http::json_response::JsonResponse;
use crate::http::request_id::RequestId;
use crate::openapi::operation::{
    EXAMPLE_TEXT, body_problems, classification_problems, describe, documented, link_feedback,
    problems, request_example,
};
use crate::predict::classification::Classification;
use crate::predict::request::ModelReference;
use crate::predict::validation::NOT_WHITESPACE;
use crate::problem::{Problem, TextLocation};
use crate::state::ServiceState;

/// Default number of terms in a response.
const DEFAULT_MAX_TERMS: usize = 1000;
/// Limit of the number of terms in a response.
const MAX_TERMS: usize = 10_000;

/// Approximate sizes of a response without its contributions, and of each of their parts.
const RESPONSE_BYTES: usize = 256;
const TERM_BYTES: usize = 96;
const SPAN_BYTES: usize = 24;
const TOKEN_BYTES: usize = 80;

/// The text whose prediction to explain.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExplainRequest<'r> {
    /// UTF-8, neither empty nor only whitespace; U+0000 counts as whitespace.
    #[schemars(example = &EXAMPLE_TEXT, length(min = 1), regex(pattern = NOT_WHITESPACE))]
    #[serde(borrow)]
    text: Cow<'r, str>,
    /// Probability from which the text is relevant, instead of the model's threshold.
    #[schemars(range(min = 0, max = 1))]
    threshold: Option<f64>,
    /// Number of terms in the response, those with the largest contributions; 1000 by default.
    #[schemars(with = "Option<usize>", range(max = MAX_TERMS))]
    max_terms: Option<TermCount>,
}

/// Number of terms in a request.
#[derive(Deserialize)]
struct TermCount(#[serde(deserialize_with = "deserialize_whole_number")] u32);

/// The prediction for a text, with the contributions to its logit.
#[derive(Serialize, JsonSchema)]
struct ExplainResponse<'r> {
    /// Label of the prediction, one of the model's two.
    label: &'r str,
    /// Whether the probability is at least the threshold.
    relevant: bool,
    /// Probability that the text is relevant, from 0 to 1: the sigmoid of the logit.
    #[schemars(range(min = 0, max = 1))]
    probability: f32,
    /// Probability from which a text is relevant.
    #[schemars(range(min = 0, max = 1))]
    threshold: f32,
    /// Log-odds that the text is relevant: the intercept plus the contributions of all terms.
    logit: f64,
    /// Logit of a text without known terms.
    intercept: f64,
    /// Terms that the model knows, by descending absolute contribution, at most `max_terms`.
    terms: Vec<TermContribution>,
    /// Number of different terms of the text that the model knows; without any, the probability is
    /// the model's base rate.
    known_terms: usize,
    /// Number of them that are not in `terms`.
    omitted_terms: usize,
    /// All tokens, in the order of the text; for a model with character n-grams all characters.
    tokens: Vec<TokenContribution>,
    model: ModelReference<'r>,
}

/// The contribution of a known term to the logit.
#[derive(Serialize, JsonSchema)]
struct TermContribution {
    /// Its kind.
    kind: TermKind,
    /// Its tokens in lower case, joined by spaces; or its characters, lower-cased, with spaces for
    /// whitespace.
    term: String,
    /// Number of occurrences.
    count: usize,
    /// Contribution to the logit, positive towards relevant.
    contribution: f64,
    /// The occurrences.
    spans: Vec<Span>,
}

/// Kind of a term.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum TermKind {
    /// One or more tokens.
    Word,
    /// Consecutive characters, whose occurrences may overlap.
    Char,
}

/// The contribution of a token, or of a character, to the logit: its even parts of the terms that contain it.
#[derive(Serialize, JsonSchema)]
struct TokenContribution {
    /// Offset of its first character, in Unicode code points from 0.
    start: usize,
    /// Offset after its last character, in Unicode code points.
    end: usize,
    /// Contribution to the logit, positive towards relevant.
    contribution: f64,
    /// Whether it is part of a term that the model knows.
    known: bool,
}

/// A span of the text.
#[derive(Serialize, JsonSchema)]
struct Span {
    /// Offset of its first character, in Unicode code points from 0.
    start: usize,
    /// Offset after its last character, in Unicode code points.
    end: usize,
}

pub(crate) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route("/v1/explain", post_with(explain, document))
}

documented! {
    /// Explain the prediction for one text.
    ///
    /// Returns the prediction with the exact contribution of every known term, and of every token,
    /// to the logit: the model is linear, so that the contributions and the intercept add up to it.
    /// `terms` may be cut to those with the largest contributions; `tokens` are complete.
    async fn explain(
        State(state): State<ServiceState>,
        id: RequestId,
        body: JsonBody<ExplainRequest<'static>>,
    ) -> Result<JsonResponse<ExplainResponse<'static>>, Problem> {
        let request: ExplainRequest<'_> = body.parse()?;
        let max_terms = request.max_terms.map_or(DEFAULT_MAX_TERMS, |TermCount(count)| count as usize);
        if max_terms > MAX_TERMS {
            let got = format!("`max_terms` is {max_terms}, it must be at most {MAX_TERMS}");
            return Err(Problem::InvalidBody(got));
        }

        let text = &*request.text;
        let classification = state
            .classify(&id, &[text], request.threshold, |_| TextLocation::Single)
            .await?;

        let _admitted = state.admission().admit_explanation(text.len()).await?;
        let text = request.text.into_owned();
        // A long text takes many milliseconds, in which the thread could not serve other requests.
        let response =
            tokio::task::spawn_blocking(move || respond(&text, &classification, max_terms));
        response.await.map_err(|error| Problem::Internal(error.into()))?
    }
}

impl ExplainResponse<'_> {
    /// Approximate size as JSON.
    fn capacity(&self) -> usize {
        let spans: usize = self.terms.iter().map(|term| term.spans.len()).sum();
        RESPONSE_BYTES
            + self.terms.len() * TERM_BYTES
            + spans * SPAN_BYTES
            + self.tokens.len() * TOKEN_BYTES
    }
}

/// The response for a classified text.
fn respond(
    text: &str,
    classification: &Classification,
    max_terms: usize,
) -> Result<JsonResponse<ExplainResponse<'static>>, Problem> {
    let explanation = classification.model.session().explain(text);
    let explanation = explanation.map_err(|error| match error {
        RuntimeError::Inlined => Problem::NotExplainable,
        other => Problem::Internal(other.into()),
    })?;

    let prediction = classification.scored[0].prediction;
    let (terms, tokens) = contributions(text, &explanation, max_terms);
    let response = ExplainResponse {
        label: classification.label(prediction),
        relevant: prediction.relevant,
        probability: prediction.probability,
        threshold: classification.threshold,
        logit: explanation.logit,
        intercept: explanation.intercept,
        known_terms: explanation.terms.len(),
        omitted_terms: explanation.terms.len() - terms.len(),
        terms,
        tokens,
        model: ModelReference::new(&classification.model),
    };

    Ok(JsonResponse::new(&response, response.capacity()))
}

/// The contributions, with spans in code points.
fn contributions(
    text: &str,
    explanation: &Explanation,
    max_terms: usize,
) -> (Vec<TermContribution>, Vec<TokenContribution>) {
    let mut points = vec![0; text.len() + 1];
    for (point, (byte, _)) in text.char_indices().enumerate() {
        points[byte] = point;
    }
    points[text.len()] = text.chars().count();

    let span = |bytes: &Range<usize>| Span {
        start: points[bytes.start],
        end: points[bytes.end],
    };

    let terms = explanation.terms.iter().take(max_terms);
    let terms = terms.map(|term| TermContribution {
        kind: match term.kind {
            runtime::TermKind::Word => TermKind::Word,
            runtime::TermKind::Character => TermKind::Char,
        },
        term: term.term.clone(),
        count: term.spans.len(),
        contribution: term.contribution,
        spans: term.spans.iter().map(span).collect(),
    });
    let tokens = explanation.tokens.iter().map(|token| {
        let Span { start, end } = span(&token.span);
        TokenContribution {
            start,
            end,
            contribution: token.contribution,
            known: token.is_known,
        }
    });

    (terms.collect(), tokens.collect())
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let operation = describe(operation, "explain", "prediction", DOCUMENTATION)
        .response_with::<200, Json<ExplainResponse<'_>>, _>(|response| response.example(example()));

    let operation = request_example(link_feedback(operation), json!({ "text": EXAMPLE_TEXT }));
    let operation = problems(
        operation,
        body_problems("missing field `text` at line 1 column 2"),
    );
    problems(
        operation,
        classification_problems(TextLocation::Single)
            .into_iter()
            .chain([Problem::NotExplainable]),
    )
}

fn example() -> ExplainResponse<'static> {
    let term = |term: &str, contribution, start, end| TermContribution {
        kind: TermKind::Word,
        term: term.to_owned(),
        count: 1,
        contribution,
        spans: vec![Span { start, end }],
    };
    let token = |start, end, contribution| TokenContribution {
        start,
        end,
        contribution,
        known: true,
    };

    ExplainResponse {
        label: "Relevant",
        relevant: true,
        probability: 0.880_797,
        threshold: 0.5,
        logit: 2.0,
        intercept: 0.25,
        terms: vec![
            term("flood", 1.0, 0, 5),
            term("flood waters", 0.5, 0, 12),
            term("waters", 0.25, 6, 12),
        ],
        tokens: vec![token(0, 5, 1.25), token(6, 12, 0.5)],
        known_terms: 3,
        omitted_terms: 0,
        model: ModelReference {
            name: "relevance",
            version: 3,
        },
    }
}
