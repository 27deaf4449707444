//! POST `/invocations`, and the further paths of it and of `/ping`.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use relevance_serve::{FastPath, ServeSettings};
use serde_json::{Value, json};

use crate::support::{TEXT, TestResponse, call, post, request, settings, state, state_with};

async fn invoke(body: Value) -> TestResponse {
    call(FastPath::new(state().await), post("/invocations", &body)).await
}

#[tokio::test]
async fn instances_are_strings_or_objects_and_get_the_predictions_of_a_batch() {
    let texts = [TEXT, "a sunny day", "no known word"];
    let response = invoke(json!({ "instances": [texts[0], { "text": texts[1] }, texts[2]] })).await;
    assert_eq!(response.status, StatusCode::OK, "{response:?}");

    let batch = post("/v1/predict/batch", &json!({ "texts": texts }));
    let batch = call(FastPath::new(state().await), batch).await.json();
    assert_eq!(batch["predictions"].as_array().unwrap().len(), texts.len());
    assert_eq!(
        response.json(),
        json!({ "predictions": batch["predictions"] })
    );
}

#[tokio::test]
async fn the_threshold_is_a_parameter() {
    for (parameters, relevant) in [
        (json!({ "threshold": 1 }), false),
        (json!({ "threshold": 0.25 }), true),
        (json!({}), true),
        (json!(null), true),
    ] {
        let body = json!({ "instances": [TEXT], "parameters": parameters });
        let response = invoke(body).await.json();
        assert_eq!(
            response["predictions"][0]["relevant"], relevant,
            "{parameters}: {response}"
        );
    }
}

#[tokio::test]
async fn invalid_instances_are_problems_with_their_location() {
    for (body, code, part) in [
        (json!({ "instances": [] }), "empty_batch", "no text"),
        (
            json!({ "instances": [TEXT, " "] }),
            "empty_text",
            "`instances[1]`",
        ),
        (
            json!({ "instances": [{ "text": "a".repeat(101) }] }),
            "text_too_long",
            "`instances[0]`",
        ),
        (
            json!({ "instances": ["a", "b", "c", "d", "e"] }),
            "batch_too_large",
            "5 texts",
        ),
        (
            json!({ "instances": [TEXT], "parameters": { "threshold": 2 } }),
            "invalid_threshold",
            "from 0 to 1",
        ),
        (
            json!({ "instances": [1] }),
            "invalid_body",
            "an instance is a string, or an object",
        ),
        (
            json!({ "instances": [{ "text": TEXT, "id": 1 }] }),
            "invalid_body",
            "only the string `text`",
        ),
        (
            json!({ "instances": [TEXT], "parameters": { "top": 1 } }),
            "invalid_body",
            "`top`",
        ),
        (json!({ "texts": [TEXT] }), "invalid_body", "`texts`"),
    ] {
        let response = invoke(body.clone()).await;
        assert_eq!(response.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(response.code(), code, "{body}");
        let detail = response.json()["detail"].to_string();
        assert!(detail.contains(part), "{body}: {detail}");
    }
}

#[tokio::test]
async fn a_body_without_its_media_type_is_rejected() {
    let body = json!({ "instances": [TEXT] }).to_string();
    let request = Request::post("/invocations").body(Body::from(body));
    let response = call(FastPath::new(state().await), request.unwrap()).await;
    assert_eq!(response.code(), "unsupported_media_type");
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let response = request(Method::GET, "/invocations").await;
    assert_eq!(response.code(), "method_not_allowed");
}

#[tokio::test]
async fn further_paths_are_those_routes() {
    let settings = ServeSettings {
        predict_route: Some("/models/a:predict".to_owned()),
        health_route: Some("/models/a".to_owned()),
        ..settings()
    };
    let service = FastPath::new(state_with(settings).await);

    let body = json!({ "instances": [TEXT] });
    let response = call(service.clone(), post("/models/a:predict", &body)).await;
    assert_eq!(response.status, StatusCode::OK, "{response:?}");
    assert_eq!(response.json()["predictions"][0]["relevant"], true);

    for (path, status) in [
        ("/models/a", StatusCode::OK),
        ("/models/a/", StatusCode::NOT_FOUND),
        ("/models/a:predict", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(
            call(service.clone(), request).await.status,
            status,
            "{path}"
        );
    }

    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let metrics = call(service, request).await;
    let line = r#"relevance_requests_total{route="/invocations",status="200"} 1"#;
    assert!(metrics.text().contains(line), "{metrics:?}");
}
