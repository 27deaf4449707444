//! POST `/v1/explain`.

use axum::http::StatusCode;
use relevance_serve::FastPath;
use serde_json::{Value, json};

use crate::support::{TEXT, call, pipeline, post, state};

async fn explain(body: Value) -> Value {
    let response = call(FastPath::new(state().await), post("/v1/explain", &body)).await;
    assert_eq!(response.status, StatusCode::OK, "{response:?}");
    response.json()
}

fn sum(parts: &Value) -> f64 {
    parts
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["contribution"].as_f64().unwrap())
        .sum()
}

#[tokio::test]
async fn contributions_add_up_to_the_logit_and_the_prediction_is_that_of_predict() {
    for text in [
        TEXT,
        "a sunny day",
        "no known word",
        "FLOOD, flood; Flood!",
        "日本語 flood\0sunny",
    ] {
        let explained = explain(json!({ "text": text })).await;
        let logit = explained["logit"].as_f64().unwrap();
        assert!(
            (logit - pipeline().logit(text)).abs() < 1e-12,
            "{explained}"
        );
        let intercept = explained["intercept"].as_f64().unwrap();
        for parts in ["terms", "tokens"] {
            assert!(
                (sum(&explained[parts]) + intercept - logit).abs() < 1e-12,
                "{parts}: {explained}"
            );
        }
        let predicted = call(
            FastPath::new(state().await),
            post("/v1/predict", &json!({ "text": text })),
        )
        .await
        .json();
        for key in ["label", "relevant", "probability", "threshold", "model"] {
            assert_eq!(explained[key], predicted[key], "{key}");
        }
    }
}

#[tokio::test]
async fn spans_count_code_points() {
    let text = "日本語 flood, Flood!";
    let explained = explain(json!({ "text": text })).await;
    assert_eq!(explained["terms"][0]["term"], "flood");
    assert_eq!(explained["terms"][0]["count"], 2);
    assert_eq!(
        explained["terms"][0]["spans"],
        json!([{ "start": 4, "end": 9 }, { "start": 11, "end": 16 }])
    );
    let points: Vec<char> = text.chars().collect();
    let words = explained["tokens"].as_array().unwrap().iter().map(|token| {
        let place = |key: &str| usize::try_from(token[key].as_u64().unwrap()).unwrap();
        points[place("start")..place("end")]
            .iter()
            .collect::<String>()
    });
    assert_eq!(words.collect::<Vec<_>>(), ["flood", "Flood"]);
}

#[tokio::test]
async fn the_requests_threshold_overrides_the_models() {
    let probability = explain(json!({ "text": TEXT })).await["probability"]
        .as_f64()
        .unwrap();
    for (threshold, relevant) in [(0.0, true), (probability, true), (1.0, false)] {
        for path in ["/v1/explain", "/v1/predict"] {
            let body = json!({ "text": TEXT, "threshold": threshold });
            let response = call(FastPath::new(state().await), post(path, &body))
                .await
                .json();
            assert_eq!(response["relevant"], relevant, "{response}");
            assert!((response["threshold"].as_f64().unwrap() - threshold).abs() < 1e-6);
        }
        let body = json!({ "texts": [TEXT], "threshold": threshold });
        let response = call(
            FastPath::new(state().await),
            post("/v1/predict/batch", &body),
        )
        .await
        .json();
        assert_eq!(
            response["predictions"][0]["relevant"], relevant,
            "{response}"
        );
    }
}

#[tokio::test]
async fn a_threshold_that_is_no_probability_is_rejected() {
    for threshold in [-0.1, -1e-300, 1.0 + f64::EPSILON, 1.1, 1e30] {
        let body = json!({ "text": TEXT, "threshold": threshold });
        let response = call(FastPath::new(state().await), post("/v1/explain", &body)).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid_threshold")
        );
    }
}

#[tokio::test]
async fn max_terms_cuts_the_terms_and_counts_the_others() {
    let text = "flood, evacuated, sunny";
    let all = explain(json!({ "text": text })).await;
    assert_eq!(all["omitted_terms"], 0, "{all}");

    let cut = explain(json!({ "text": text, "max_terms": 1 })).await;
    assert_eq!(cut["omitted_terms"], 2, "{cut}");
    assert_eq!(cut["terms"], json!([all["terms"][0]]));
    assert_eq!(cut["tokens"], all["tokens"]);

    let body = json!({ "text": text, "max_terms": 10_001 });
    let response = call(FastPath::new(state().await), post("/v1/explain", &body)).await;
    assert_eq!(
        (response.status.as_u16(), &*response.code()),
        (422, "invalid_body")
    );
    assert!(response.text().contains("at most 10000"), "{response:?}");
}
