//! All routes, and what surrounds every one of them.

use std::any::Any;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::ServiceState;
use crate::problem::Problem;
use crate::request_log::log_request;
use crate::routes;

/// The service as a router: every route, problems for everything else, one log line a request.
pub fn router(state: ServiceState) -> Router {
    let api: Router<ServiceState> = routes::api().into();
    let log = from_fn_with_state(state.clone(), log_request);
    surround(api.merge(routes::pages())).layer(log).with_state(state)
}

/// Adds what no route answers, and what a panic answers.
fn surround<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes
        .fallback(async || Problem::NotFound)
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
        .layer(CatchPanicLayer::custom(panicked))
}

/// Turns a handler's panic into a problem; the panic's text reaches the log alone.
#[expect(clippy::needless_pass_by_value, reason = "the layer gives the payload away")]
fn panicked(payload: Box<dyn Any + Send>) -> Response {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no text");
    Problem::Internal(format!("a handler panicked: {text}").into()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode, header};
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    async fn fail() -> StatusCode {
        panic!("secret of the service")
    }

    #[tokio::test]
    async fn a_panic_is_answered_with_a_problem_that_keeps_its_text() {
        let service = surround(Router::<()>::new().route("/", get(fail)));
        let response = service.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        let body = std::str::from_utf8(&body).unwrap();
        assert!(body.contains(r#""code":"internal""#) && !body.contains("secret"), "{body}");
    }
}
