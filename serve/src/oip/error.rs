//! Errors as the protocol tells them: `{"error": "…"}` over HTTP, a status over gRPC.

use std::error::Error;

use aide::OperationOutput;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use relevance_models::StoreError;
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::ServeError;
use crate::oip::invalid_request::InvalidRequest;
use crate::problem::{Problem, ProblemCode, advise};

/// Why a call of the protocol was refused or failed; `Display` reaches the client.
#[derive(Debug, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum ProtocolError {
    #[error("there is no model `{asked}`; the one that is served is `{served}`")]
    UnknownModel { asked: String, served: String },
    #[error("version `{asked}` of model `{model}` is not loaded; version {loaded} is")]
    UnknownVersion {
        asked: String,
        model: String,
        loaded: u64,
    },
    #[error(transparent)]
    Invalid(#[from] InvalidRequest),
    #[error("the body has the content encoding `{0}`; send it uncompressed")]
    ContentEncoding(String),
    #[error("the old version stays, since the new one was not loaded: {}", chain(&**.0))]
    Load(#[source] Box<ServeError>),
    #[error("the store cannot be read: {}", chain(&**.0))]
    Store(#[source] Box<StoreError>),
    #[error(transparent)]
    Problem(#[from] Problem),
}

/// An error and what it came from, for an operator.
fn chain(error: &dyn Error) -> String {
    let sources = std::iter::successors(Some(error), |&error| error.source());
    sources
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// An error as the protocol tells it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "InferenceError")]
pub(crate) struct ErrorBody {
    /// What is wrong with the request, or what failed.
    pub(crate) error: String,
}

impl ProtocolError {
    /// Status, and the code by which it is counted; no wildcard arm, so that a new variant must choose.
    pub(crate) fn kind(&self) -> (StatusCode, ProblemCode) {
        match self {
            Self::UnknownModel { .. } | Self::UnknownVersion { .. } => {
                (StatusCode::NOT_FOUND, ProblemCode::NotFound)
            }
            Self::Invalid(_) => (StatusCode::BAD_REQUEST, ProblemCode::InvalidBody),
            Self::ContentEncoding(_) => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ProblemCode::UnsupportedMediaType,
            ),
            Self::Load(_) | Self::Store(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, ProblemCode::Internal)
            }
            Self::Problem(problem) => problem.status_and_code(),
        }
    }

    /// What the specification calls an example of it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Invalid(invalid) => invalid.into(),
            Self::Problem(problem) => problem.status_and_code().1.name(),
            other => other.into(),
        }
    }

    /// Logs a failure of the service's own.
    pub(crate) fn log(&self) {
        match self {
            Self::Problem(problem) => problem.log(),
            Self::Load(_) | Self::Store(_) => {
                tracing::error!(error = self as &dyn Error, "a repository call failed")
            }
            Self::UnknownModel { .. }
            | Self::UnknownVersion { .. }
            | Self::Invalid(_)
            | Self::ContentEncoding(_) => {}
        }
    }

    pub(crate) fn body(&self) -> ErrorBody {
        ErrorBody {
            error: self.to_string(),
        }
    }
}

impl IntoResponse for ProtocolError {
    fn into_response(self) -> Response {
        self.log();
        let (status, code) = self.kind();
        let mut response = (status, Json(self.body())).into_response();
        advise(status, response.headers_mut());
        response.extensions_mut().insert(code);
        response
    }
}

impl OperationOutput for ProtocolError {
    type Inner = ErrorBody;
}
