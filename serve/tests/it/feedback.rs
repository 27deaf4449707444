//! Capture for later labelling, and POST `/v1/feedback`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use relevance_serve::{CaptureSettings, FastPath, ServeError, ServeSettings, ServiceState};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{TEXT, TestResponse, call, post, settings, source, state, state_with, store};

/// Timeout of a test that hangs.
const LONG: Duration = Duration::from_mins(1);

/// A service that captures a fraction of its requests, and the file.
async fn keeping(folder: &TempDir, fraction: f64, texts: bool) -> (FastPath, PathBuf) {
    let path = folder.path().join("capture.jsonl");
    let capture = Some(CaptureSettings {
        path: path.clone(),
        fraction,
        texts,
        max_bytes: 1_000_000,
    });
    (
        FastPath::new(
            state_with(ServeSettings {
                capture,
                ..settings()
            })
            .await,
        ),
        path,
    )
}

async fn ask(service: &FastPath, mut request: Request<Body>, id: &'static str) -> TestResponse {
    request
        .headers_mut()
        .insert("x-request-id", id.parse().unwrap());
    call(service.clone(), request).await
}

/// The lines of a file, once it has this number of them.
async fn lines(path: &Path, count: usize) -> Vec<Value> {
    let reading = async {
        loop {
            let text = std::fs::read_to_string(path).unwrap();
            if text.lines().count() >= count {
                return text
                    .lines()
                    .map(|line| serde_json::from_str(line).unwrap())
                    .collect();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, reading).await.unwrap()
}

#[tokio::test]
async fn predictions_and_labels_are_captured_under_the_requests_id() {
    let folder = tempfile::tempdir().unwrap();
    let (service, path) = keeping(&folder, 1.0, true).await;
    ask(
        &service,
        post("/v1/predict/batch", &json!({ "texts": [TEXT, "sunny"] })),
        "r-1",
    )
    .await;
    let body = json!({ "request_id": "r-1", "index": 1, "label": "Can't Decide" });
    let response = ask(&service, post("/v1/feedback", &body), "r-2").await;
    assert_eq!((response.status, response.json()), (StatusCode::OK, body));
    let predictions = lines(&path, 2).await;
    for (line, (index, text, label)) in predictions
        .iter()
        .zip([(0, TEXT, "Relevant"), (1, "sunny", "Not Relevant")])
    {
        assert_eq!(
            (&line["kind"], &line["request_id"]),
            (&"prediction".into(), &"r-1".into()),
            "{line}"
        );
        assert_eq!(
            (&line["index"], &line["text"], &line["label"]),
            (&index.into(), &text.into(), &label.into())
        );
        assert_eq!(
            (&line["model"], &line["version"]),
            (&"relevance".into(), &1.into()),
            "{line}"
        );
        assert!(
            line["probability"].is_f64() && line["time_ms"].as_u64() > Some(1_700_000_000_000),
            "{line}"
        );
    }

    let labels = lines(&path.with_extension("feedback.jsonl"), 1).await;
    assert_eq!(
        (&labels[0]["kind"], &labels[0]["request_id"]),
        (&"feedback".into(), &"r-1".into())
    );
    assert_eq!(
        (&labels[0]["index"], &labels[0]["label"]),
        (&1.into(), &"Can't Decide".into())
    );
}

#[tokio::test]
async fn texts_are_captured_only_if_the_setting_is_on() {
    let folder = tempfile::tempdir().unwrap();
    let (service, path) = keeping(&folder, 1.0, false).await;
    ask(
        &service,
        post("/v1/predict", &json!({ "text": TEXT })),
        "r-1",
    )
    .await;
    let lines = lines(&path, 1).await;
    assert!(
        lines[0].get("text").is_none() && !lines[0].to_string().contains("flood"),
        "{lines:?}"
    );
}

#[tokio::test]
async fn only_a_fraction_of_the_requests_is_captured_but_every_label() {
    let folder = tempfile::tempdir().unwrap();
    let (service, path) = keeping(&folder, 0.0, true).await;
    for _ in 0..20 {
        ask(
            &service,
            post("/v1/predict", &json!({ "text": TEXT })),
            "r-1",
        )
        .await;
    }
    ask(
        &service,
        post(
            "/v1/feedback",
            &json!({ "request_id": "r-1", "label": "Relevant" }),
        ),
        "r-2",
    )
    .await;
    let labels = lines(&path.with_extension("feedback.jsonl"), 1).await;
    assert_eq!((labels.len(), &labels[0]["kind"]), (1, &"feedback".into()));
    assert_eq!(std::fs::read(&path).unwrap(), b"");
}

#[tokio::test]
async fn unknown_labels_and_unusable_ids_are_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let (service, _) = keeping(&folder, 1.0, true).await;
    for body in [
        json!({ "request_id": "r-1", "label": "relevant" }),
        json!({ "request_id": "r-1" }),
        json!({ "request_id": "two words", "label": "Relevant" }),
        json!({ "request_id": "", "label": "Relevant" }),
        json!({ "request_id": "r-1", "label": "Relevant", "index": -1 }),
        json!({ "request_id": "r-1", "label": "Relevant", "index": 0.5 }),
        json!({ "request_id": "r-1", "label": "Relevant", "index": 4_294_967_296_u64 }),
        json!({ "request_id": "r-1", "label": "Relevant", "index": "1" }),
        json!({ "request_id": "r-1", "label": "Relevant", "index": null }),
    ] {
        let response = call(service.clone(), post("/v1/feedback", &body)).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid_body"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_whole_number_may_have_any_notation_of_json() {
    let folder = tempfile::tempdir().unwrap();
    let (service, _) = keeping(&folder, 1.0, true).await;
    for (index, want) in [(json!(1.0), 1), (json!(4_294_967_295_u32), u32::MAX)] {
        let body = json!({ "request_id": "r-1", "label": "Relevant", "index": index });
        let response = call(service.clone(), post("/v1/feedback", &body)).await;
        assert_eq!(
            (response.status, &response.json()["index"]),
            (StatusCode::OK, &want.into()),
            "{index}"
        );
    }
}

#[tokio::test]
async fn without_capture_feedback_is_rejected() {
    let body = json!({ "request_id": "r-1", "label": "Relevant" });
    let response = call(FastPath::new(state().await), post("/v1/feedback", &body)).await;
    assert_eq!(
        (response.status, response.code().as_str()),
        (StatusCode::CONFLICT, "capture_off")
    );
}

#[tokio::test]
async fn an_unwritable_file_is_an_error_before_the_service_listens() {
    let (folder, store) = store().await;
    let path = folder.path().join("no/such/folder/capture.jsonl");
    let capture = Some(CaptureSettings {
        path,
        fraction: 1.0,
        texts: true,
        max_bytes: 1,
    });
    let error = ServiceState::open(
        ServeSettings {
            capture,
            ..settings()
        },
        source(store),
    )
    .await
    .unwrap_err();
    assert!(matches!(error, ServeError::Capture { .. }), "{error}");
}
