//! Every way in which a request can be refused, and how it is told: RFC 9457 with a stable code.

use aide::OperationOutput;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::verdict::TextPlace;

/// The media type of a problem.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// A limit that a request broke, and what moves it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    amount: usize,
    unit: Unit,
    flag: &'static str,
    variable: &'static str,
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Bytes,
    Texts,
}

impl Limit {
    /// The limit of one text.
    pub(crate) const fn text(bytes: usize) -> Self {
        Self { amount: bytes, unit: Unit::Bytes, flag: "--max-text-bytes", variable: "RELEVANCE_MAX_TEXT_BYTES" }
    }

    /// The limit of a request's body.
    pub(crate) const fn body(bytes: usize) -> Self {
        Self { amount: bytes, unit: Unit::Bytes, flag: "--max-body-bytes", variable: "RELEVANCE_MAX_BODY_BYTES" }
    }

    /// The limit of a batch.
    pub(crate) const fn batch(texts: usize) -> Self {
        Self { amount: texts, unit: Unit::Texts, flag: "--max-batch-texts", variable: "RELEVANCE_MAX_BATCH_TEXTS" }
    }

    /// The limit, if it counts this.
    fn amount_of(self, unit: Unit) -> Option<usize> {
        (self.unit == unit).then_some(self.amount)
    }
}

/// Why a request was refused or failed; `Display` reaches the client, the source reaches the log alone.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error("the body is not JSON: {0}")]
    MalformedJson(String),
    #[error("the body ended before it was whole")]
    IncompleteBody,
    #[error("the body must be sent as `Content-Type: application/json`")]
    UnsupportedMediaType,
    #[error("the body has more than {} bytes; `{}` or {} moves the limit", .0.amount, .0.flag, .0.variable)]
    BodyTooLarge(Limit),
    #[error("the body is not what this route takes: {0}")]
    InvalidBody(String),
    #[error("{place} is empty or blank")]
    EmptyText { place: TextPlace },
    #[error(
        "{place} has {got_bytes} bytes, the limit is {}; `{}` or {} moves the limit", .limit.amount, .limit.flag, .limit.variable
    )]
    TextTooLong { place: TextPlace, got_bytes: usize, limit: Limit },
    #[error("`texts` is empty")]
    EmptyBatch,
    #[error(
        "`texts` has {got_texts} texts, the limit is {}; `{}` or {} moves the limit", .limit.amount, .limit.flag, .limit.variable
    )]
    BatchTooLarge { got_texts: usize, limit: Limit },
    #[error("nothing is at this path; /docs lists what there is")]
    NotFound,
    #[error("this path does not take this method; the header `Allow` lists those that it takes")]
    MethodNotAllowed,
    #[error("the service failed; the failure was logged")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What kind of problem it is; a code never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ProblemCode")]
pub(crate) enum Code {
    /// The body is not JSON in UTF-8.
    MalformedJson,
    /// The body ended before it was whole.
    IncompleteBody,
    /// The body's content type is missing or not JSON.
    UnsupportedMediaType,
    /// The body is over the limit.
    BodyTooLarge,
    /// The body is JSON, but lacks a field, has an unknown one, or one of the wrong type.
    InvalidBody,
    /// The text is empty or blank.
    EmptyText,
    /// The text is over the limit.
    TextTooLong,
    /// There is no text in the batch.
    EmptyBatch,
    /// The batch has more texts than the limit.
    BatchTooLarge,
    /// There is nothing at this path.
    NotFound,
    /// The path does not take the method.
    MethodNotAllowed,
    /// The service failed; trying again may help, and the log says why.
    Internal,
}

impl Problem {
    /// Status, stable code and title; no wildcard arm, so that a new variant must choose.
    const fn kind(&self) -> (StatusCode, Code, &'static str) {
        match self {
            Self::MalformedJson(_) => (StatusCode::BAD_REQUEST, Code::MalformedJson, "Malformed JSON"),
            Self::IncompleteBody => (StatusCode::BAD_REQUEST, Code::IncompleteBody, "Incomplete body"),
            Self::UnsupportedMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedMediaType, "Unsupported media type")
            }
            Self::BodyTooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, Code::BodyTooLarge, "Body too large"),
            Self::InvalidBody(_) => (StatusCode::UNPROCESSABLE_ENTITY, Code::InvalidBody, "Invalid body"),
            Self::EmptyText { .. } => (StatusCode::UNPROCESSABLE_ENTITY, Code::EmptyText, "Empty text"),
            Self::EmptyBatch => (StatusCode::UNPROCESSABLE_ENTITY, Code::EmptyBatch, "Empty batch"),
            Self::BatchTooLarge { .. } => (StatusCode::UNPROCESSABLE_ENTITY, Code::BatchTooLarge, "Batch too large"),
            Self::TextTooLong { .. } => (StatusCode::UNPROCESSABLE_ENTITY, Code::TextTooLong, "Text too long"),
            Self::NotFound => (StatusCode::NOT_FOUND, Code::NotFound, "Not found"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed, "Method not allowed"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, "Internal error"),
        }
    }

    /// The limit that was broken, when one was.
    const fn limit(&self) -> Option<Limit> {
        match self {
            Self::BodyTooLarge(limit) | Self::TextTooLong { limit, .. } | Self::BatchTooLarge { limit, .. } => {
                Some(*limit)
            }
            Self::MalformedJson(_)
            | Self::IncompleteBody
            | Self::UnsupportedMediaType
            | Self::InvalidBody(_)
            | Self::EmptyText { .. }
            | Self::EmptyBatch
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::Internal(_) => None,
        }
    }

    /// Status and body of the answer.
    pub(crate) fn describe(&self) -> (StatusCode, ProblemBody) {
        let (status, code, title) = self.kind();
        let limit = self.limit();
        let body = ProblemBody {
            kind: format!("urn:relevance:problem:{}", code.name()),
            title,
            status: status.as_u16(),
            detail: self.to_string(),
            code,
            limit_bytes: limit.and_then(|limit| limit.amount_of(Unit::Bytes)),
            limit_texts: limit.and_then(|limit| limit.amount_of(Unit::Texts)),
            flag: limit.map(|limit| limit.flag),
            variable: limit.map(|limit| limit.variable),
        };
        (status, body)
    }
}

impl Code {
    /// The code as clients see it.
    pub(crate) fn name(self) -> String {
        let json = serde_json::to_value(self).ok();
        json.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    }
}

/// A problem as RFC 9457 defines it, with a stable code.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct ProblemBody {
    /// A stable name of the kind of problem: `urn:relevance:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of problem in a few words.
    pub(crate) title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What is wrong with this request.
    detail: String,
    pub(crate) code: Code,
    /// The limit that the request broke, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_bytes: Option<usize>,
    /// The limit that the request broke, in texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_texts: Option<usize>,
    /// The flag of `relevance serve` that moves the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    flag: Option<&'static str>,
    /// The environment variable that moves the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    variable: Option<&'static str>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if let Self::Internal(source) = &self {
            tracing::error!(error = &**source as &dyn std::error::Error, "a request failed");
        }
        let (status, body) = self.describe();
        let json = serde_json::to_vec(&body).expect("every key of a problem is a string");
        (status, [(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON))], json).into_response()
    }
}

impl OperationOutput for Problem {
    type Inner = ProblemBody;
}
