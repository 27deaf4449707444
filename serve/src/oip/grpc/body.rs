//! Bodies of calls, with the same limits on size and time as over HTTP, and on decoded tensors.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tonic::Status;

use crate::http::json_body::read_body;
use crate::oip::error::ProtocolError;
use crate::oip::grpc::message_check::check_tensor_counts;
use crate::problem::{Limit, Problem};
use crate::settings::Limits;
use crate::state::ServiceState;

/// Size of the prefix of a message: a flag and a length.
const PREFIX_BYTES: usize = 5;

/// Middleware that reads the whole message before the call.
pub(super) async fn whole_body(
    State(state): State<ServiceState>,
    request: Request,
    next: Next,
) -> Response {
    let (head, body) = request.into_parts();

    let limits = state.limits();
    let with_prefix = Limits {
        max_body_bytes: limits.max_body_bytes.saturating_add(PREFIX_BYTES),
        ..*limits
    };

    let connection = state.connections().of_request(&head.extensions);
    match read_body(body, &with_prefix, &connection).await {
        // The memory stays reserved until the call is over.
        Ok(body) => {
            let request = Request::from_parts(head, Body::from(body.content.clone()));
            next.run(request).await
        }
        Err(problem) => reject(problem, limits).into_http(),
    }
}

/// Middleware that checks an inference request before it is decoded; its body is whole.
pub(super) async fn check_inference(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let content = to_bytes(body, usize::MAX).await.unwrap_or_default();

    let message = content.get(PREFIX_BYTES..).unwrap_or_default();
    match check_tensor_counts(message) {
        Ok(()) => {
            next.run(Request::from_parts(head, Body::from(content)))
                .await
        }
        Err(error) => Status::from(ProtocolError::from(error)).into_http(),
    }
}

/// The status for a problem, with the limit that the operator set.
fn reject(problem: Problem, limits: &Limits) -> Status {
    let problem = match problem {
        Problem::BodyTooLarge { .. } => Problem::BodyTooLarge {
            limit: Limit::body(limits.max_body_bytes),
        },
        other => other,
    };
    ProtocolError::from(problem).into()
}
