//! Errors in the protocol's formats: `{"error": "…"}` over HTTP, a status over gRPC.

use aide::OperationOutput;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use relevance_storage::error_chain;
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::ServeError;
use crate::oip::invalid_request::InvalidRequest;
use crate::problem::{Problem, ProblemCode, advise};

/// Why a call of the protocol was rejected or failed; clients see `Display`.
#[derive(Debug, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum ProtocolError {
    #[error("model `{requested}` does not exist{}", name_model(.name.as_deref()))]
    UnknownModel {
        requested: String,
        /// The service's model, for callers that may know it.
        name: Option<String>,
    },
    #[error("version `{requested}` of model `{model}` is not loaded; version {loaded} is")]
    UnknownVersion {
        requested: String,
        model: String,
        loaded: u64,
    },
    #[error(transparent)]
    Invalid(#[from] InvalidRequest),
    #[error("shared memory is not supported: send the tensors in the request")]
    SharedMemory,
    #[error("the new version cannot be loaded, the active one stays: {}", error_chain(&**.0))]
    Load(#[source] Box<ServeError>),
    #[error("the versions cannot be listed: {}", error_chain(&**.0))]
    Store(#[source] Box<ServeError>),
    #[error(transparent)]
    Problem(#[from] Problem),
}

/// An error in the protocol's format.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "InferenceError")]
pub(crate) struct ErrorBody {
    /// Description of the error.
    pub(crate) error: String,
}

fn name_model(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| {
        format!("; the service has the model `{name}`")
    })
}

impl ProtocolError {
    /// The HTTP status; the protocol uses 400 for every invalid request.
    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            other => other.code().status(),
        }
    }

    /// The code in the metrics.
    pub(crate) const fn code(&self) -> ProblemCode {
        match self {
            Self::UnknownModel { .. } | Self::UnknownVersion { .. } | Self::SharedMemory => {
                ProblemCode::NotFound
            }
            Self::Invalid(_) => ProblemCode::InvalidBody,
            Self::Load(_) | Self::Store(_) => ProblemCode::Internal,
            Self::Problem(problem) => problem.code(),
        }
    }

    /// The name of its example in the specification.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Invalid(invalid) => invalid.into(),
            Self::Problem(problem) => problem.code().name(),
            other => other.into(),
        }
    }

    /// Logs a failure of the service itself.
    pub(crate) fn log(&self) {
        match self {
            Self::Problem(problem) => problem.log(),
            Self::Load(_) | Self::Store(_) => {
                tracing::error!(
                    error = self as &dyn std::error::Error,
                    "a repository call failed"
                );
            }
            Self::UnknownModel { .. }
            | Self::UnknownVersion { .. }
            | Self::Invalid(_)
            | Self::SharedMemory => {}
        }
    }

    /// The body of its response.
    pub(crate) fn body(&self) -> ErrorBody {
        ErrorBody {
            error: self.to_string(),
        }
    }
}

impl IntoResponse for ProtocolError {
    fn into_response(self) -> Response {
        self.log();

        let status = self.status();
        let code = self.code();
        let mut response = (status, Json(self.body())).into_response();
        advise(code, response.headers_mut());
        response.extensions_mut().insert(code);

        response
    }
}

impl OperationOutput for ProtocolError {
    type Inner = ErrorBody;
}
