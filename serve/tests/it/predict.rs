//! POST `/v1/predict`.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use relevance_serve::FastPath;
use serde_json::{Value, json};

use crate::support::{TEXT, TestResponse, call, pipeline, state};

async fn post(content_type: &str, body: impl Into<Body>) -> TestResponse {
    let request = Request::post("/v1/predict")
        .header(header::CONTENT_TYPE, content_type)
        .body(body.into())
        .unwrap();
    call(FastPath::new(state().await), request).await
}

async fn post_json(body: impl Into<Body>) -> TestResponse {
    post("application/json", body).await
}

async fn predict(text: &str) -> Value {
    let response = post_json(json!({"text": text}).to_string()).await;
    assert_eq!(response.status, StatusCode::OK, "{response:?}");
    response.json()
}

/// The problem's body, after a check of its status and code.
fn problem(response: &TestResponse, status: StatusCode, code: &str) -> Value {
    assert_eq!(
        (response.status, response.code().as_str()),
        (status, code),
        "{response:?}"
    );
    response.json()
}

#[tokio::test]
async fn a_text_gets_the_prediction_of_the_reference() {
    for text in [
        TEXT,
        "a sunny day",
        "no known word",
        "FLOOD, flood; Flood!",
        "日本語 flood",
    ] {
        let (got, want) = (predict(text).await, pipeline().predict(text));
        let probability = got["probability"].as_f64().unwrap();
        assert!(
            (probability - f64::from(want.probability)).abs() <= 1e-6,
            "{text}: {got} {want:?}"
        );
        assert_eq!(got["relevant"], want.relevant);
        assert_eq!(
            got["label"],
            if want.relevant {
                "Relevant"
            } else {
                "Not Relevant"
            }
        );
        assert_eq!(got["threshold"], 0.5);
        assert_eq!(got["known_terms"], pipeline().term_counts(text).len());
        assert_eq!(got["model"], json!({"name": "relevance", "version": 1}));
    }
}

#[tokio::test]
async fn a_nul_counts_as_whitespace() {
    assert_eq!(
        predict("flood\0evacuated").await,
        predict("flood evacuated").await
    );
    assert_ne!(predict("flood\0evacuated").await, predict("flood").await);
}

#[tokio::test]
async fn any_json_content_type_is_accepted() {
    for content_type in [
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/vnd.api+json",
    ] {
        assert_eq!(
            post(content_type, r#" {"text": "flood"} "#).await.status,
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn another_content_type_is_refused_with_415() {
    for content_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let response = post(content_type, r#"{"text": "flood"}"#).await;
        problem(
            &response,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
        );
    }
    let request = Request::post("/v1/predict")
        .body(Body::from(r#"{"text": "flood"}"#))
        .unwrap();
    let response = call(FastPath::new(state().await), request).await;
    insta::assert_json_snapshot!(problem(&response, StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"), @r#"
    {
      "code": "unsupported_media_type",
      "detail": "the body must be sent as `Content-Type: application/json`",
      "status": 415,
      "title": "Unsupported media type",
      "type": "urn:relevance:problem:unsupported_media_type"
    }
    "#);
}

#[tokio::test]
async fn malformed_json_is_refused_with_400() {
    let lone_surrogate = r#"{"text": "\ud800"}"#;
    let bodies: [&[u8]; 7] = [
        b"",
        b"{",
        b"flood",
        b"{\"text\": \"flood\"} x",
        b"{\"text\": \"flood\n\"}",
        b"{\"text\": \"\xff\"}",
        lone_surrogate.as_bytes(),
    ];
    for body in bodies {
        problem(
            &post_json(body).await,
            StatusCode::BAD_REQUEST,
            "malformed_json",
        );
    }
    insta::assert_json_snapshot!(post_json(lone_surrogate).await.json(), @r#"
    {
      "code": "malformed_json",
      "detail": "the body is not JSON: unexpected end of hex escape at line 1 column 17",
      "status": 400,
      "title": "Malformed JSON",
      "type": "urn:relevance:problem:malformed_json"
    }
    "#);
    insta::assert_json_snapshot!(post_json(&b"{\"text\": \"\xff\"}"[..]).await.json(), @r#"
    {
      "code": "malformed_json",
      "detail": "the body is not JSON: invalid utf-8 sequence of 1 bytes from index 10",
      "status": 400,
      "title": "Malformed JSON",
      "type": "urn:relevance:problem:malformed_json"
    }
    "#);
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused_with_422() {
    for body in [
        "{}",
        "null",
        "5",
        "[]",
        r#"["flood"]"#,
        r#""flood""#,
        r#"{"text": null}"#,
        r#"{"text": 5}"#,
        r#"{"text": ["flood"]}"#,
        r#"{"text": "flood", "texts": []}"#,
        r#"{"text": "flood", "text": "flood"}"#,
    ] {
        problem(
            &post_json(body).await,
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_body",
        );
    }
    insta::assert_json_snapshot!(post_json("{}").await.json(), @r#"
    {
      "code": "invalid_body",
      "detail": "the body does not have the shape that this route takes: missing field `text` at line 1 column 2",
      "status": 422,
      "title": "Invalid body",
      "type": "urn:relevance:problem:invalid_body"
    }
    "#);
    insta::assert_json_snapshot!(post_json(r#"{"sentence": "flood"}"#).await.json(), @r#"
    {
      "code": "invalid_body",
      "detail": "the body does not have the shape that this route takes: unknown field `sentence`, expected `text` or `threshold` at line 1 column 11",
      "status": 422,
      "title": "Invalid body",
      "type": "urn:relevance:problem:invalid_body"
    }
    "#);
    insta::assert_json_snapshot!(post_json(r#"["flood"]"#).await.json(), @r#"
    {
      "code": "invalid_body",
      "detail": "the body does not have the shape that this route takes: expected an object",
      "status": 422,
      "title": "Invalid body",
      "type": "urn:relevance:problem:invalid_body"
    }
    "#);
}

#[tokio::test]
async fn a_text_of_whitespace_is_rejected_with_422() {
    for text in ["", " ", "\t\r\n", "\0"] {
        let response = post_json(json!({"text": text}).to_string()).await;
        problem(&response, StatusCode::UNPROCESSABLE_ENTITY, "empty_text");
    }
    insta::assert_json_snapshot!(post_json(r#"{"text": ""}"#).await.json(), @r#"
    {
      "code": "empty_text",
      "detail": "`text` is empty or only whitespace",
      "status": 422,
      "title": "Empty text",
      "type": "urn:relevance:problem:empty_text"
    }
    "#);
}

#[tokio::test]
async fn a_text_over_the_limit_is_refused_with_422_and_told_the_setting() {
    assert_eq!(
        post_json(json!({"text": "é".repeat(50)}).to_string())
            .await
            .status,
        StatusCode::OK
    );
    let response = post_json(json!({"text": "x".repeat(101)}).to_string()).await;
    insta::assert_json_snapshot!(problem(&response, StatusCode::UNPROCESSABLE_ENTITY, "text_too_long"), @r#"
    {
      "code": "text_too_long",
      "detail": "`text` has 101 bytes, the limit is 100 bytes; change it with `--max-text-bytes` or RELEVANCE_MAX_TEXT_BYTES",
      "flag": "--max-text-bytes",
      "limit_bytes": 100,
      "status": 422,
      "title": "Text too long",
      "type": "urn:relevance:problem:text_too_long",
      "variable": "RELEVANCE_MAX_TEXT_BYTES"
    }
    "#);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_413_and_told_the_setting() {
    let body = json!({"text": "x".repeat(201)}).to_string();
    let response = post_json(body.clone()).await;
    insta::assert_json_snapshot!(problem(&response, StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"), @r#"
    {
      "code": "body_too_large",
      "detail": "the body has more than 200 bytes; change it with `--max-body-bytes` or RELEVANCE_MAX_BODY_BYTES",
      "flag": "--max-body-bytes",
      "limit_bytes": 200,
      "status": 413,
      "title": "Body too large",
      "type": "urn:relevance:problem:body_too_large",
      "variable": "RELEVANCE_MAX_BODY_BYTES"
    }
    "#);
    let chunks = futures::stream::iter([Ok::<_, std::io::Error>(body)]);
    let response = post_json(Body::from_stream(chunks)).await;
    problem(&response, StatusCode::PAYLOAD_TOO_LARGE, "body_too_large");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused_with_400() {
    let chunks = futures::stream::iter([
        Ok("{\"text\""),
        Err(std::io::Error::other("connection lost")),
    ]);
    let response = post_json(Body::from_stream(chunks)).await;
    insta::assert_json_snapshot!(problem(&response, StatusCode::BAD_REQUEST, "incomplete_body"), @r#"
    {
      "code": "incomplete_body",
      "detail": "the body ended early, or its chunks are malformed",
      "status": 400,
      "title": "Incomplete body",
      "type": "urn:relevance:problem:incomplete_body"
    }
    "#);
}

#[tokio::test]
async fn another_method_is_refused_with_405() {
    let request = Request::get("/v1/predict").body(Body::empty()).unwrap();
    let response = call(FastPath::new(state().await), request).await;
    assert_eq!(response.header(header::ALLOW), "POST");
    insta::assert_json_snapshot!(problem(&response, StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"), @r#"
    {
      "code": "method_not_allowed",
      "detail": "this path does not allow this method; the header `Allow` lists those that it allows",
      "status": 405,
      "title": "Method not allowed",
      "type": "urn:relevance:problem:method_not_allowed"
    }
    "#);
}
