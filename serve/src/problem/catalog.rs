//! Every way in which a request can be refused, and how it is told: RFC 9457 with a stable code.

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::problem::TextLocation;
pub(crate) use crate::problem::limit::Limit;

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
    EmptyText { place: TextLocation },
    #[error("{place} has {got_bytes} bytes, the limit is {limit}")]
    TextTooLong {
        place: TextLocation,
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
pub(crate) enum ProblemCode {
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
    pub(super) const fn kind(&self) -> (StatusCode, ProblemCode, &'static str) {
        match self {
            Self::MalformedJson(_) => (
                StatusCode::BAD_REQUEST,
                ProblemCode::MalformedJson,
                "Malformed JSON",
            ),
            Self::IncompleteBody => (
                StatusCode::BAD_REQUEST,
                ProblemCode::IncompleteBody,
                "Incomplete body",
            ),
            Self::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ProblemCode::UnsupportedMediaType,
                "Unsupported media type",
            ),
            Self::BodyTooLarge(_) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                ProblemCode::BodyTooLarge,
                "Body too large",
            ),
            Self::BodyTooSlow(_) => (
                StatusCode::REQUEST_TIMEOUT,
                ProblemCode::BodyTooSlow,
                "Body too slow",
            ),
            Self::InvalidThreshold { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                ProblemCode::InvalidThreshold,
                "Invalid threshold",
            ),
            Self::Overloaded(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                ProblemCode::Overloaded,
                "Overloaded",
            ),
            Self::WaitedTooLong(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                ProblemCode::WaitedTooLong,
                "Waited too long",
            ),
            Self::NoModel => (
                StatusCode::SERVICE_UNAVAILABLE,
                ProblemCode::NoModel,
                "No model",
            ),
            Self::NotExplainable => (
                StatusCode::NOT_IMPLEMENTED,
                ProblemCode::NotExplainable,
                "Not explainable",
            ),
            Self::InvalidBody(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                ProblemCode::InvalidBody,
                "Invalid body",
            ),
            Self::EmptyText { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                ProblemCode::EmptyText,
                "Empty text",
            ),
            Self::EmptyBatch => (
                StatusCode::UNPROCESSABLE_ENTITY,
                ProblemCode::EmptyBatch,
                "Empty batch",
            ),
            Self::BatchTooLarge { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                ProblemCode::BatchTooLarge,
                "Batch too large",
            ),
            Self::TextTooLong { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                ProblemCode::TextTooLong,
                "Text too long",
            ),
            Self::NoCard => (StatusCode::NOT_FOUND, ProblemCode::NoCard, "No card"),
            Self::CaptureOff => (
                StatusCode::CONFLICT,
                ProblemCode::CaptureOff,
                "Capture is off",
            ),
            Self::KeyMissing => (
                StatusCode::UNAUTHORIZED,
                ProblemCode::KeyMissing,
                "Key missing",
            ),
            Self::KeyUnknown => (
                StatusCode::UNAUTHORIZED,
                ProblemCode::KeyUnknown,
                "Key unknown",
            ),
            Self::KeysNeeded => (
                StatusCode::FORBIDDEN,
                ProblemCode::KeysNeeded,
                "Keys needed",
            ),
            Self::NotFound => (StatusCode::NOT_FOUND, ProblemCode::NotFound, "Not found"),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                ProblemCode::MethodNotAllowed,
                "Method not allowed",
            ),
            Self::Internal(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                ProblemCode::Internal,
                "Internal error",
            ),
        }
    }

    /// Status, and the code by which it is counted.
    pub(crate) const fn status_and_code(&self) -> (StatusCode, ProblemCode) {
        let (status, code, _) = self.kind();
        (status, code)
    }

    /// The limit that was broken, when one was.
    pub(super) const fn limit(&self) -> Option<Limit> {
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
}

impl ProblemCode {
    /// The code as clients see it.
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}
