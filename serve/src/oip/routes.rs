//! The protocol's routes, and what belongs to it where there is no route.

use std::any::Any;

use aide::axum::ApiRouter;
use axum::http::{HeaderMap, Response, header};
use axum::response::IntoResponse as _;
use tower_http::catch_panic::CatchPanicLayer;

use crate::http::panic::panic_text;
use crate::oip::error::ProtocolError;
use crate::oip::rest;
use crate::problem::Problem;
use crate::state::ServiceState;

/// The routes over HTTP.
pub(crate) fn api() -> ApiRouter<ServiceState> {
    rest::routes::api().layer(CatchPanicLayer::custom(panicked))
}

/// Whether errors at this path are told as the protocol does.
pub(crate) fn is_path(path: &str) -> bool {
    let of = |root: &str| {
        path.strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    path == "/v2" || of("/v2/models") || of("/v2/repository")
}

/// Whether a request is a call of gRPC.
pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}

/// Turns a handler's panic into an error; the panic's text reaches the log alone.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer gives the payload away"
)]
fn panicked(payload: Box<dyn Any + Send>) -> Response<axum::body::Body> {
    ProtocolError::from(Problem::Internal(panic_text(&*payload).into())).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_protocols_paths_are_told_from_others() {
        for path in [
            "/v2",
            "/v2/models",
            "/v2/models/",
            "/v2/models/a/infer",
            "/v2/repository/index",
        ] {
            assert!(is_path(path), "{path}");
        }
        for path in [
            "/",
            "/v2/",
            "/v2/health/live",
            "/v2/modelsx",
            "/v1/predict",
            "/v22",
        ] {
            assert!(!is_path(path), "{path}");
        }
    }
}
