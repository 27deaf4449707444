//! Routes that need a key, and those that need none.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use relevance_serve::{FastPath, ServeSettings};
use serde_json::json;

use crate::support::{TEXT, TestResponse, call, post, settings, state_with};

/// SHA-256 of `open sesame`.
const DIGEST: &str = "41ef4bb0b23661e66301aac36066912dac037827b4ae63a7b1165a5aa93ed4eb";

async fn ask(request: Request<Body>) -> TestResponse {
    let settings = ServeSettings {
        keys: DIGEST.parse().unwrap(),
        ..settings()
    };
    call(FastPath::new(state_with(settings).await), request).await
}

fn request(method: Method, path: &str) -> Request<Body> {
    match method {
        Method::POST => post(path, &json!({ "text": TEXT })),
        method => Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
            .unwrap(),
    }
}

#[tokio::test]
async fn routes_that_use_the_model_need_a_key() {
    for (method, path) in [
        (Method::POST, "/v1/predict"),
        (Method::POST, "/v1/predict/batch"),
        (Method::POST, "/invocations"),
        (Method::POST, "/v1/explain"),
        (Method::POST, "/v1/feedback"),
        (Method::GET, "/v1/model"),
        (Method::GET, "/model"),
    ] {
        let without = ask(request(method.clone(), path)).await;
        assert_eq!(
            (without.status, without.code().as_str()),
            (StatusCode::UNAUTHORIZED, "key_missing"),
            "{path}"
        );
        assert_eq!(without.header(header::WWW_AUTHENTICATE), "Bearer");
        let mut wrong = request(method.clone(), path);
        wrong
            .headers_mut()
            .insert("x-api-key", "open barley".parse().unwrap());
        assert_eq!(ask(wrong).await.code(), "key_unknown", "{path}");
        let mut right = request(method, path);
        right
            .headers_mut()
            .insert(header::AUTHORIZATION, "Bearer open sesame".parse().unwrap());
        assert_ne!(ask(right).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn health_metrics_pages_and_unknown_paths_need_none() {
    for (path, status) in [
        ("/v2/health/live", StatusCode::OK),
        ("/v2/health/ready", StatusCode::OK),
        ("/ping", StatusCode::OK),
        ("/metrics", StatusCode::OK),
        ("/", StatusCode::OK),
        ("/docs", StatusCode::OK),
        ("/openapi.json", StatusCode::OK),
        ("/nothing", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(
            ask(request(Method::GET, path)).await.status,
            status,
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_model_is_not_named_without_a_key() {
    let response = ask(request(Method::GET, "/v2/models/other/ready")).await;
    assert_eq!(response.status, StatusCode::NOT_FOUND);
    let text = response.text();
    assert!(
        text.contains("`other`") && !text.contains("relevance"),
        "{text}"
    );
}

#[tokio::test]
async fn the_metrics_name_the_model_only_for_a_key() {
    let named = r#"relevance_score_count{model="relevance",version="1"} 0"#;
    let unnamed = r#"relevance_score_count{model="",version="1"} 0"#;

    let without = ask(request(Method::GET, "/metrics")).await;
    assert!(without.text().contains(unnamed), "{without:?}");
    assert!(!without.text().contains(r#"model="relevance""#));

    let mut with_key = request(Method::GET, "/metrics");
    let headers = with_key.headers_mut();
    headers.insert("x-api-key", "open sesame".parse().unwrap());
    let with_key = ask(with_key).await;
    assert!(with_key.text().contains(named), "{with_key:?}");

    let open = call(
        FastPath::new(state_with(settings()).await),
        request(Method::GET, "/metrics"),
    );
    assert!(open.await.text().contains(named));
}
