//! The protocol's HTTP routes, and the recognition of its requests where no route matches.

use aide::axum::ApiRouter;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse as _;

use crate::http::panic::catch_panic;
use crate::oip::error::ProtocolError;
use crate::oip::rest;
use crate::state::ServiceState;

/// The routes over HTTP.
pub(crate) fn api() -> ApiRouter<ServiceState> {
    rest::routes::api().layer(catch_panic(|problem| {
        ProtocolError::from(problem).into_response()
    }))
}

/// Whether errors at this path have the protocol's format.
pub(crate) fn is_path(path: &str) -> bool {
    is_under(path, "/v2") && !is_under(path, "/v2/health")
}

/// Whether a path belongs to Triton's extensions for shared memory.
pub(crate) fn is_shared_memory(path: &str) -> bool {
    is_under(path, "/v2/systemsharedmemory") || is_under(path, "/v2/cudasharedmemory")
}

fn is_under(path: &str, root: &str) -> bool {
    path.strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a request is a gRPC call.
pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_protocols_paths_are_distinguished_from_others() {
        for path in [
            "/v2",
            "/v2/",
            "/v2/models/a/infer",
            "/v2/repository/index",
            "/v2/systemsharedmemory/status",
            "/v2/unknown",
        ] {
            assert!(is_path(path), "{path}");
        }

        for path in ["/", "/v2/health", "/v2/health/live", "/v1/predict", "/v22"] {
            assert!(!is_path(path), "{path}");
        }
    }
}
