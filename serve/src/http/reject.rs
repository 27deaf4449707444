//! Responses of requests that no route takes.

use axum::http::Uri;
use axum::response::{IntoResponse as _, Response};

use crate::oip::error::ProtocolError;
use crate::oip::routes::is_path;
use crate::problem::Problem;

/// The problem in the format that the path uses.
pub(super) fn reject(uri: &Uri, problem: Problem) -> Response {
    if is_path(uri.path()) {
        ProtocolError::from(problem).into_response()
    } else {
        problem.into_response()
    }
}
