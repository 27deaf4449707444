//! Access to calls, checked by their headers before a message is read.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tonic::Status;

use crate::oip::access::{authorize_caller, authorize_operator};
use crate::state::ServiceState;

/// Access that a call requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Everyone.
    Open,
    /// Requests with a key, or all if the service has no keys.
    Caller,
    /// Requests with a key, and none if the service has no keys.
    Operator,
}

/// Middleware that rejects a request which may not use the call, without reading its message.
pub(super) async fn authorize(
    State((access, state)): State<(Access, ServiceState)>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let authorized = match access {
        Access::Open => Ok(()),
        Access::Caller => authorize_caller(&state, headers),
        Access::Operator => authorize_operator(&state, headers),
    };

    match authorized {
        Ok(()) => next.run(request).await,
        Err(error) => Status::from(error).into_http(),
    }
}
