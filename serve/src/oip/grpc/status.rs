//! Errors as gRPC tells them.

use std::any::Any;
use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tonic::metadata::MetadataValue;
use tonic::{Code, Status};

use crate::http::panic::panic_text;
use crate::oip::error::ProtocolError;
use crate::problem::{Problem, RETRY_AFTER_S};

impl From<ProtocolError> for Status {
    fn from(error: ProtocolError) -> Self {
        error.log();
        let mut status = Self::new(code(&error), error.to_string());
        if status.code() == Code::ResourceExhausted
            && matches!(error, ProtocolError::Problem(Problem::Overloaded(_)))
        {
            status
                .metadata_mut()
                .insert("retry-after", MetadataValue::from(RETRY_AFTER_S));
        }
        status.set_source(Arc::new(error));
        status
    }
}

/// The code of an error; no wildcard arm, so that a new variant must choose.
const fn code(error: &ProtocolError) -> Code {
    match error {
        ProtocolError::UnknownModel { .. } | ProtocolError::UnknownVersion { .. } => Code::NotFound,
        ProtocolError::Invalid(_) | ProtocolError::ContentEncoding(_) => Code::InvalidArgument,
        ProtocolError::Load(_) | ProtocolError::Store(_) => Code::Internal,
        ProtocolError::Problem(problem) => problem_code(problem),
    }
}

const fn problem_code(problem: &Problem) -> Code {
    match problem {
        Problem::Overloaded(_) | Problem::BodyTooLarge(_) => Code::ResourceExhausted,
        Problem::WaitedTooLong(_) | Problem::NoModel => Code::Unavailable,
        Problem::BodyTooSlow(_) => Code::DeadlineExceeded,
        Problem::MalformedJson(_)
        | Problem::IncompleteBody
        | Problem::UnsupportedMediaType
        | Problem::InvalidBody(_)
        | Problem::EmptyText { .. }
        | Problem::TextTooLong { .. }
        | Problem::EmptyBatch
        | Problem::BatchTooLarge { .. }
        | Problem::InvalidThreshold { .. } => Code::InvalidArgument,
        Problem::NotExplainable | Problem::MethodNotAllowed => Code::Unimplemented,
        Problem::NotFound | Problem::NoCard => Code::NotFound,
        Problem::KeyMissing | Problem::KeyUnknown => Code::Unauthenticated,
        Problem::KeysNeeded => Code::PermissionDenied,
        Problem::CaptureOff => Code::FailedPrecondition,
        Problem::Internal(_) => Code::Internal,
    }
}

/// Has a refusal counted by its code, as those over HTTP are.
pub(super) async fn count_problem(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let source = response
        .extensions()
        .get::<Status>()
        .and_then(std::error::Error::source);
    if let Some((_, code)) = source
        .and_then(|source| source.downcast_ref())
        .map(ProtocolError::kind)
    {
        response.extensions_mut().insert(code);
    }
    response
}

/// Turns a call's panic into a status; the panic's text reaches the log alone.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer gives the payload away"
)]
pub(super) fn panicked(payload: Box<dyn Any + Send>) -> axum::http::Response<axum::body::Body> {
    let problem = Problem::Internal(panic_text(&*payload).into());
    Status::from(ProtocolError::from(problem)).into_http()
}
