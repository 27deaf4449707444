//! Responses to browsers: origins, compression, headers.

use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, header};
use relevance_serve::{FastPath, ServeSettings};
use serde_json::json;

use crate::support::{TEXT, TestResponse, call, get, post, settings, state_with};

async fn from_page(
    origins: &[&'static str],
    origin: &'static str,
    mut request: Request<Body>,
) -> TestResponse {
    let cors_origins = origins
        .iter()
        .map(|origin| HeaderValue::from_static(origin))
        .collect();
    let state = state_with(ServeSettings {
        cors_origins,
        ..settings()
    })
    .await;
    request
        .headers_mut()
        .insert(header::ORIGIN, HeaderValue::from_static(origin));
    call(FastPath::new(state), request).await
}

fn predict() -> Request<Body> {
    post("/v1/predict", &json!({ "text": TEXT }))
}

#[tokio::test]
async fn other_origins_may_read_responses_only_if_they_are_listed() {
    let listed = ["https://a.example", "https://b.example"];
    for (origins, origin, want) in [
        (&[][..], "https://a.example", ""),
        (&listed[..], "https://b.example", "https://b.example"),
        (&listed[..], "https://c.example", ""),
        (&["*"][..], "https://c.example", "*"),
    ] {
        let response = from_page(origins, origin, predict()).await;
        assert_eq!(response.status, StatusCode::OK);
        assert_eq!(
            response.header(header::ACCESS_CONTROL_ALLOW_ORIGIN),
            want,
            "{origins:?} {origin}"
        );
    }
}

#[tokio::test]
async fn a_preflight_response_lists_the_headers_that_a_page_may_send() {
    let mut preflight = Request::options("/v1/predict").body(Body::empty()).unwrap();
    preflight.headers_mut().insert(
        header::ACCESS_CONTROL_REQUEST_METHOD,
        HeaderValue::from_static("POST"),
    );
    let response = from_page(&["https://a.example"], "https://a.example", preflight).await;
    assert_eq!(response.status, StatusCode::OK);
    let headers = response.header(header::ACCESS_CONTROL_ALLOW_HEADERS);
    for name in [
        "authorization",
        "content-type",
        "x-api-key",
        "x-request-id",
        "traceparent",
    ] {
        assert!(headers.contains(name), "{name} is not in {headers}");
    }
}

#[tokio::test]
async fn large_responses_are_compressed_if_the_client_accepts_it_and_small_ones_are_not() {
    for (path, compressed) in [("/openapi.json", true), ("/v1/model", false)] {
        let request = Request::get(path)
            .header(header::ACCEPT_ENCODING, "gzip")
            .body(Body::empty())
            .unwrap();
        let response = call(FastPath::new(state_with(settings()).await), request).await;
        assert_eq!(
            response.header(header::CONTENT_ENCODING) == "gzip",
            compressed,
            "{path}"
        );
        assert_eq!(get(path).await.header(header::CONTENT_ENCODING), "");
    }
}

#[tokio::test]
async fn no_response_may_be_sniffed_as_another_type() {
    for path in ["/v1/model", "/metrics", "/nothing", "/docs"] {
        assert_eq!(
            get(path).await.header(header::X_CONTENT_TYPE_OPTIONS),
            "nosniff",
            "{path}"
        );
    }
}
