//! The router: all routes and the layers around them.

use std::time::Duration;

use axum::Router;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::http::access_log::log_request;
use crate::http::auth::require_key;
use crate::http::panic::catch_panic;
use crate::http::reject::reject;
use crate::http::request_id::{REQUEST_ID, TRACEPARENT};
use crate::http::unsent::count_unsent;
use crate::oip;
use crate::oip::error::ProtocolError;
use crate::oip::routes::{is_grpc, is_shared_memory};
use crate::problem::Problem;
use crate::routes::{api, metrics, pages};
use crate::state::ServiceState;

/// Smallest response that is compressed: below, compression takes longer than sending.
const MIN_COMPRESSED_BYTES: u64 = 4096;

/// The service as a router: every route, problems for everything else, one log line per request.
pub(crate) fn router(state: ServiceState) -> Router {
    let locked: Router<ServiceState> = api::locked().into();
    let with_key = from_fn_with_state(state.settings().keys.clone(), require_key);
    let locked = locked.route_layer(with_key.clone());
    let locked_pages = pages::locked().route_layer(with_key);
    let open: Router<ServiceState> = api::open().into();
    let routes = with_fallbacks(
        locked
            .merge(open)
            .merge(metrics::router())
            .merge(oip::grpc::router::router(&state))
            .layer(from_fn_with_state(state.clone(), count_unsent))
            // Their bodies are the service's own, and take no memory for a request.
            .merge(pages::open())
            .merge(locked_pages),
    )
    .layer(
        CompressionLayer::new()
            .compress_when(SizeAbove::new(MIN_COMPRESSED_BYTES).and(NotForContentType::GRPC)),
    )
    .layer(SetResponseHeaderLayer::if_not_present(
        X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ));

    let origins = &state.settings().cors_origins;
    // Without CORS headers, browsers keep other origins from reading responses.
    let routes = if origins.is_empty() {
        routes
    } else {
        routes.layer(cors(origins))
    };

    routes
        .layer(from_fn_with_state(state.clone(), log_request))
        .with_state(state)
}

/// Allows pages of the origins to send requests and read the responses.
fn cors(origins: &[HeaderValue]) -> CorsLayer {
    let all = origins.iter().any(|origin| origin == "*");
    let origins = if all {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().cloned())
    };

    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            AUTHORIZATION,
            CONTENT_TYPE,
            HeaderName::from_static("x-api-key"),
            REQUEST_ID,
            TRACEPARENT,
        ])
        .expose_headers([REQUEST_ID, RETRY_AFTER])
        .max_age(Duration::from_hours(1))
}

/// Adds problems for unknown paths, wrong methods and panics.
fn with_fallbacks<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes
        .fallback(not_found)
        .method_not_allowed_fallback(async |uri: Uri| reject(&uri, Problem::MethodNotAllowed))
        .layer(catch_panic(Problem::into_response))
}

/// The response where no route matches.
async fn not_found(uri: Uri, headers: HeaderMap) -> Response {
    if is_grpc(&headers) {
        return tonic::Status::unimplemented(
            "this service does not exist; reflection lists those that do",
        )
        .into_http();
    }

    if is_shared_memory(uri.path()) {
        return ProtocolError::SharedMemory.into_response();
    }

    reject(&uri, Problem::NotFound)
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    async fn fail() -> StatusCode {
        panic!("secret of the service")
    }

    #[tokio::test]
    async fn a_panic_becomes_a_problem_without_its_message() {
        let service = with_fallbacks(Router::<()>::new().route("/", get(fail)));
        let response = service.oneshot(Request::new(Body::empty())).await.unwrap();

        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");

        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        let body = std::str::from_utf8(&body).unwrap();
        assert!(
            body.contains(r#""code":"internal""#) && !body.contains("secret"),
            "{body}"
        );
    }
}
