//! POST `/v1/predict/batch`.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use relevance_serve::FastPath;
use serde_json::{Value, json};

use crate::support::{TEXT, TestResponse, call, pipeline, state};

async fn post(body: Value) -> TestResponse {
    let request =
        Request::post("/v1/predict/batch").header(header::CONTENT_TYPE, "application/json");
    call(
        FastPath::new(state().await),
        request.body(Body::from(body.to_string())).unwrap(),
    )
    .await
}

async fn rejection(body: Value, code: &str) -> Value {
    let response = post(body).await;
    assert_eq!(
        (response.status, response.code().as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, code),
        "{response:?}"
    );
    response.json()
}

#[tokio::test]
async fn each_text_gets_its_prediction_in_order() {
    let texts = [TEXT, "a sunny day", "no known word", "flood\0evacuated"];
    let response = post(json!({ "texts": texts })).await;
    assert_eq!(response.status, StatusCode::OK, "{response:?}");
    let response = response.json();
    assert_eq!(
        response["model"],
        json!({"name": "relevance", "version": 1})
    );
    assert_eq!(response["threshold"], 0.5);
    let predictions = response["predictions"].as_array().unwrap();
    assert_eq!(predictions.len(), texts.len());
    for (text, got) in texts.iter().zip(predictions) {
        let want = pipeline().predict(text);
        assert!(
            (got["probability"].as_f64().unwrap() - f64::from(want.probability)).abs() <= 1e-6,
            "{text}: {got}"
        );
        assert_eq!(got["relevant"], want.relevant, "{text}");
        assert_eq!(got["label"], pipeline().label(want.relevant), "{text}");
    }
}

#[tokio::test]
async fn an_empty_batch_is_refused_with_422() {
    let problem = rejection(json!({ "texts": [] }), "empty_batch").await;
    assert_eq!(problem["detail"], "the batch has no text");
}

#[tokio::test]
async fn a_batch_over_the_limit_is_refused_with_422_and_told_the_setting() {
    assert_eq!(
        post(json!({ "texts": vec!["flood"; 4] })).await.status,
        StatusCode::OK
    );
    insta::assert_json_snapshot!(rejection(json!({ "texts": vec!["flood"; 5] }), "batch_too_large").await, @r#"
    {
      "code": "batch_too_large",
      "detail": "the batch has 5 texts, the limit is 4 texts; change it with `--max-batch-texts` or RELEVANCE_MAX_BATCH_TEXTS",
      "flag": "--max-batch-texts",
      "limit_texts": 4,
      "status": 422,
      "title": "Batch too large",
      "type": "urn:relevance:problem:batch_too_large",
      "variable": "RELEVANCE_MAX_BATCH_TEXTS"
    }
    "#);
}

#[tokio::test]
async fn a_problem_locates_the_rejected_text() {
    let blank = rejection(json!({ "texts": ["flood", " "] }), "empty_text").await;
    assert_eq!(blank["detail"], "`texts[1]` is empty or only whitespace");
    let long = rejection(
        json!({ "texts": ["flood", "x".repeat(101)] }),
        "text_too_long",
    )
    .await;
    assert!(
        long["detail"]
            .as_str()
            .unwrap()
            .starts_with("`texts[1]` has 101 bytes, the limit is 100 bytes;"),
        "{long}"
    );
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused_with_422() {
    for body in [
        json!({}),
        json!({"text": "flood"}),
        json!({"texts": "flood"}),
        json!({"texts": [1]}),
        json!(["flood"]),
    ] {
        rejection(body, "invalid_body").await;
    }
}
