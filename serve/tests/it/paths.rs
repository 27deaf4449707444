//! Behaviour of all paths.

use axum::http::{Method, StatusCode, header};

use relevance_serve::is_route;

use crate::support::{get, request};

#[tokio::test]
async fn an_unknown_path_returns_404() {
    for path in ["/v1", "/v1/predict/", "/favicon.ico", "/v1/%ff"] {
        assert_eq!(get(path).await.code(), "not_found", "{path}");
        assert!(!is_route(path), "{path}");
    }
    insta::assert_json_snapshot!(request(Method::POST, "/v1/predictions").await.json(), @r#"
    {
      "code": "not_found",
      "detail": "this path does not exist; /docs lists those that do",
      "status": 404,
      "title": "Not found",
      "type": "urn:relevance:problem:not_found"
    }
    "#);
}

#[tokio::test]
async fn head_responds_like_get_without_body() {
    for path in [
        "/",
        "/assets/app.js",
        "/docs",
        "/openapi.json",
        "/v1/model",
        "/v2/health/live",
        "/v2/health/ready",
        "/ping",
    ] {
        assert!(is_route(path), "{path}");
        let head = request(Method::HEAD, path).await;
        assert_eq!(head.status, StatusCode::OK, "{path}");
        assert!(head.body.is_empty(), "{path}");
        assert_eq!(
            head.header(header::CONTENT_TYPE),
            get(path).await.header(header::CONTENT_TYPE),
            "{path}"
        );
    }
}

#[tokio::test]
async fn another_method_returns_405_and_those_allowed() {
    for path in [
        "/",
        "/assets/app.js",
        "/docs",
        "/openapi.json",
        "/v1/model",
        "/v2/health/live",
        "/v2/health/ready",
        "/ping",
    ] {
        let response = request(Method::DELETE, path).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
        );
        assert_eq!(response.header(header::ALLOW), "GET,HEAD", "{path}");
    }
}
