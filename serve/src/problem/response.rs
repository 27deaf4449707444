//! Problems as responses: RFC 9457.

use aide::OperationOutput;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::problem::catalog::{Problem, ProblemCode};
use crate::problem::limit::{Limit, Unit};

/// The media type of a problem.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Seconds after which a refused client may try again: a full queue takes less.
pub(crate) const RETRY_AFTER_S: u16 = 1;

impl Problem {
    /// Logs a failure of the service's own.
    pub(crate) fn log(&self) {
        if let Self::Internal(source) = self {
            tracing::error!(
                error = &**source as &dyn std::error::Error,
                "a request failed"
            );
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
            limit_bytes: limit.and_then(|limit| limit.amount_in(Unit::Bytes)),
            limit_texts: limit.and_then(|limit| limit.amount_in(Unit::Texts)),
            limit_ms: limit.and_then(|limit| limit.amount_in(Unit::Milliseconds)),
            flag: limit.map(Limit::flag),
            variable: limit.map(Limit::variable),
        };
        (status, body)
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
    pub(crate) code: ProblemCode,
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
