//! Every way in which a request can be refused, and how it is told: RFC 9457 with a stable code.

use aide::OperationOutput;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

pub(crate) use crate::limit::Limit;
use crate::limit::Unit;
use crate::verdict::TextPlace;

/// The media type of a problem.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Seconds after which a refused client may try again: a full queue takes less.
pub(crate) const RETRY_AFTER_S: u16 = 1;

/// Why a request was refused or failed; `Display` reaches the client, the source reaches the log alone.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error("the body is not JSON: {0}")]
    MalformedJson(String),
    #[error("the body ended before it was whole")]
    IncompleteBody,
    #[error("the body must be sent as `Content-Type: application/json`")]
    UnsupportedMediaType,
    #[error("the body has more than {0}")]
    BodyTooLarge(Limit),
    #[error("the body was not whole within {0}")]
    BodyTooSlow(Limit),
    #[error("the body is not what this route takes: {0}")]
    InvalidBody(String),
    #[error("{place} is empty or blank")]
    EmptyText { place: TextPlace },
    #[error("{place} has {got_bytes} bytes, the limit is {limit}")]
    TextTooLong {
        place: TextPlace,
        got_bytes: usize,
        limit: Limit,
    },
    #[error("there is no text in the batch")]
    EmptyBatch,
    #[error("the batch has {got_texts} texts, the limit is {limit}")]
    BatchTooLarge { got_texts: usize, limit: Limit },
    #[error("`threshold` is {got}, it must be from 0 to 1")]
    InvalidThreshold { got: f64 },
    #[error(
        "the service is busy: no more may wait than {0}; try again after the time in `Retry-After`"
    )]
    Overloaded(Limit),
    #[error("the service is busy: no turn came within {0}")]
    WaitedTooLong(Limit),
    #[error("no model is loaded; an operator unloaded it")]
    NoModel,
    #[error("this model cannot be explained: its functions were inlined when it was exported")]
    NotExplainable,
    #[error("this version has no card: it was trained by an older version of the tool")]
    NoCard,
    #[error("the service keeps no feedback: start it with `--capture FILE` or RELEVANCE_CAPTURE")]
    CaptureOff,
    #[error("a key is needed: send `Authorization: Bearer KEY` or `X-API-Key: KEY`")]
    KeyMissing,
    #[error("this key is not known")]
    KeyUnknown,
    #[error(
        "this call changes what is served, so it needs a key, and the service has none: set RELEVANCE_API_KEYS"
    )]
    KeysNeeded,
    #[error("nothing is at this path; /docs lists what there is")]
    NotFound,
    #[error("this path does not take this method; the header `Allow` lists those that it takes")]
    MethodNotAllowed,
    #[error("the service failed; the failure was logged")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What kind of problem it is; a code never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
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
    /// The body did not come in time.
    BodyTooSlow,
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
    /// The threshold is not a probability.
    InvalidThreshold,
    /// Too many texts wait already; the header `Retry-After` says when to try again.
    Overloaded,
    /// The request waited for its turn as long as it may.
    WaitedTooLong,
    /// No model is loaded.
    NoModel,
    /// The model answers, but its answers cannot be taken apart.
    NotExplainable,
    /// The version that answers has no card.
    NoCard,
    /// The service keeps no feedback.
    CaptureOff,
    /// The request brings no key.
    KeyMissing,
    /// The request's key is not one of the service's.
    KeyUnknown,
    /// The call needs a key, and the service has none.
    KeysNeeded,
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
            Self::MalformedJson(_) => (
                StatusCode::BAD_REQUEST,
                Code::MalformedJson,
                "Malformed JSON",
            ),
            Self::IncompleteBody => (
                StatusCode::BAD_REQUEST,
                Code::IncompleteBody,
                "Incomplete body",
            ),
            Self::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Code::UnsupportedMediaType,
                "Unsupported media type",
            ),
            Self::BodyTooLarge(_) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                Code::BodyTooLarge,
                "Body too large",
            ),
            Self::BodyTooSlow(_) => (
                StatusCode::REQUEST_TIMEOUT,
                Code::BodyTooSlow,
                "Body too slow",
            ),
            Self::InvalidThreshold { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::InvalidThreshold,
                "Invalid threshold",
            ),
            Self::Overloaded(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                Code::Overloaded,
                "Overloaded",
            ),
            Self::WaitedTooLong(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                Code::WaitedTooLong,
                "Waited too long",
            ),
            Self::NoModel => (StatusCode::SERVICE_UNAVAILABLE, Code::NoModel, "No model"),
            Self::NotExplainable => (
                StatusCode::NOT_IMPLEMENTED,
                Code::NotExplainable,
                "Not explainable",
            ),
            Self::InvalidBody(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::InvalidBody,
                "Invalid body",
            ),
            Self::EmptyText { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::EmptyText,
                "Empty text",
            ),
            Self::EmptyBatch => (
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::EmptyBatch,
                "Empty batch",
            ),
            Self::BatchTooLarge { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::BatchTooLarge,
                "Batch too large",
            ),
            Self::TextTooLong { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::TextTooLong,
                "Text too long",
            ),
            Self::NoCard => (StatusCode::NOT_FOUND, Code::NoCard, "No card"),
            Self::CaptureOff => (StatusCode::CONFLICT, Code::CaptureOff, "Capture is off"),
            Self::KeyMissing => (StatusCode::UNAUTHORIZED, Code::KeyMissing, "Key missing"),
            Self::KeyUnknown => (StatusCode::UNAUTHORIZED, Code::KeyUnknown, "Key unknown"),
            Self::KeysNeeded => (StatusCode::FORBIDDEN, Code::KeysNeeded, "Keys needed"),
            Self::NotFound => (StatusCode::NOT_FOUND, Code::NotFound, "Not found"),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                Code::MethodNotAllowed,
                "Method not allowed",
            ),
            Self::Internal(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                Code::Internal,
                "Internal error",
            ),
        }
    }

    /// Status, and the code by which it is counted.
    pub(crate) const fn status_and_code(&self) -> (StatusCode, Code) {
        let (status, code, _) = self.kind();
        (status, code)
    }

    /// Logs a failure of the service's own.
    pub(crate) fn log(&self) {
        if let Self::Internal(source) = self {
            tracing::error!(
                error = &**source as &dyn std::error::Error,
                "a request failed"
            );
        }
    }

    /// The limit that was broken, when one was.
    const fn limit(&self) -> Option<Limit> {
        match self {
            Self::BodyTooLarge(limit)
            | Self::BodyTooSlow(limit)
            | Self::TextTooLong { limit, .. }
            | Self::BatchTooLarge { limit, .. }
            | Self::Overloaded(limit)
            | Self::WaitedTooLong(limit) => Some(*limit),
            Self::MalformedJson(_)
            | Self::IncompleteBody
            | Self::UnsupportedMediaType
            | Self::InvalidBody(_)
            | Self::EmptyText { .. }
            | Self::EmptyBatch
            | Self::InvalidThreshold { .. }
            | Self::NoModel
            | Self::NotExplainable
            | Self::NoCard
            | Self::CaptureOff
            | Self::KeyMissing
            | Self::KeyUnknown
            | Self::KeysNeeded
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
            limit_ms: limit.and_then(|limit| limit.amount_of(Unit::Milliseconds)),
            flag: limit.map(Limit::flag),
            variable: limit.map(Limit::variable),
        };
        (status, body)
    }
}

impl Code {
    /// The code as clients see it.
    pub(crate) fn name(self) -> &'static str {
        self.into()
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
    /// The limit that the request broke, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_ms: Option<usize>,
    /// The flag of `relevance serve` that moves the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    flag: Option<&'static str>,
    /// The environment variable that moves the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    variable: Option<&'static str>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.log();
        let (status, body) = self.describe();
        let json = serde_json::to_vec(&body).expect("every key of a problem is a string");
        let mut response = (
            status,
            [(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON))],
            json,
        )
            .into_response();
        advise(status, response.headers_mut());
        response.extensions_mut().insert(body.code);
        response
    }
}

/// Adds the header that says what a refused client may do.
pub(crate) fn advise(status: StatusCode, headers: &mut HeaderMap) {
    match status {
        StatusCode::TOO_MANY_REQUESTS => headers.insert(header::RETRY_AFTER, RETRY_AFTER_S.into()),
        StatusCode::UNAUTHORIZED => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
        }
        _ => None,
    };
}

impl OperationOutput for Problem {
    type Inner = ProblemBody;
}
