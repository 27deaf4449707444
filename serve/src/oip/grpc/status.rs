//! Errors as gRPC statuses.

use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tonic::Status;
use tonic::metadata::MetadataValue;

use crate::oip::error::ProtocolError;
use crate::problem::{ProblemCode, RETRY_AFTER_S};

impl From<ProtocolError> for Status {
    fn from(error: ProtocolError) -> Self {
        error.log();

        let code = error.code();
        let mut status = Self::new(code.grpc(), error.to_string());
        if code == ProblemCode::Overloaded {
            status
                .metadata_mut()
                .insert("retry-after", MetadataValue::from(RETRY_AFTER_S));
        }
        status.set_source(Arc::new(error));

        status
    }
}

/// Marks the response with its problem's code, so that the metrics count it as they do over HTTP.
pub(super) async fn count_problem(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;

    let source = response
        .extensions()
        .get::<Status>()
        .and_then(std::error::Error::source);
    let error: Option<&ProtocolError> = source.and_then(|source| source.downcast_ref());
    if let Some(code) = error.map(ProtocolError::code) {
        response.extensions_mut().insert(code);
    }

    response
}
