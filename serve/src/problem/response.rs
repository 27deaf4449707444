//! Problems as responses, in the format of RFC 9457.

use aide::OperationOutput;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::problem::catalog::{Problem, ProblemCode};
use crate::problem::limit::{Limit, Setting, Unit};

/// The media type of a problem.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Seconds after which a client may try again; the queue drains in less.
pub(crate) const RETRY_AFTER_S: u16 = 1;

impl Problem {
    /// Logs a failure of the service itself.
    pub(crate) fn log(&self) {
        if let Self::Internal(source) = self {
            tracing::error!(
                error = &**source as &dyn std::error::Error,
                "a request failed"
            );
        }
    }

    /// Status and body of the response.
    pub(crate) fn describe(&self) -> (StatusCode, ProblemBody) {
        let code = self.code();
        let (status, limit) = (code.status(), self.limit());

        let setting = limit.map(Limit::setting);
        let body = ProblemBody {
            kind: format!("urn:relevance:problem:{}", code.name()),
            title: code.title(),
            status: status.as_u16(),
            detail: self.to_string(),
            code,
            limit_bytes: limit.and_then(|limit| limit.amount_in(Unit::Bytes)),
            limit_texts: limit.and_then(|limit| limit.amount_in(Unit::Texts)),
            limit_ms: limit.and_then(|limit| limit.amount_in(Unit::Milliseconds)),
            flag: setting.map(Setting::flag),
            variable: setting.map(Setting::variable),
        };

        (status, body)
    }
}

/// A problem in the format of RFC 9457, with a stable code.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct ProblemBody {
    /// A stable URI of the kind of problem: `urn:relevance:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of problem in a few words.
    pub(crate) title: &'static str,
    /// The HTTP status.
    status: u16,
    /// Description of the problem with this request.
    detail: String,
    pub(crate) code: ProblemCode,
    /// The exceeded limit, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_bytes: Option<usize>,
    /// The exceeded limit, in texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_texts: Option<usize>,
    /// The exceeded limit, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_ms: Option<usize>,
    /// The flag of `relevance serve` that changes the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    flag: Option<String>,
    /// The environment variable that changes the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    variable: Option<String>,
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

        advise(body.code, response.headers_mut());
        response.extensions_mut().insert(body.code);

        response
    }
}

/// Adds the header that tells a rejected client how to proceed.
pub(crate) fn advise(code: ProblemCode, headers: &mut HeaderMap) {
    let (name, value) = match code {
        ProblemCode::Overloaded => (header::RETRY_AFTER, RETRY_AFTER_S.into()),
        ProblemCode::KeyMissing | ProblemCode::KeyUnknown => {
            (header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
        }
        ProblemCode::UnsupportedEncoding => {
            (header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"))
        }
        _ => return,
    };
    headers.insert(name, value);
}

impl OperationOutput for Problem {
    type Inner = ProblemBody;
}
