//! GET `/v1/model`, and loading a model.

use axum::http::StatusCode;
use relevance_models::Store;
use relevance_serve::{ServeError, ServiceState};

use crate::support::{get, publish_file, settings, store, version};

/// The error of a service that starts with this version.
async fn rejection(store: Store, selector: &str) -> ServeError {
    let source = version(store, selector);
    ServiceState::open(settings(), source).await.unwrap_err()
}

#[tokio::test]
async fn the_model_is_described() {
    let response = get("/v1/model").await;
    assert_eq!(response.status, StatusCode::OK);
    let (_folder, store) = store().await;
    let manifest = store.manifest("relevance", 1).await.unwrap();
    let mut body = response.json();
    assert_eq!(
        body["digests"]["model"],
        manifest.files["model.onnx"].sha256
    );
    body["digests"]["model"] = "…".into();
    insta::assert_json_snapshot!(body, @r#"
    {
      "created": "2023-11-14T22:13:20Z",
      "digests": {
        "data": "d1",
        "model": "…",
        "settings": "c7"
      },
      "labels": {
        "not_relevant": "Not Relevant",
        "relevant": "Relevant"
      },
      "limits": {
        "body_timeout_ms": 10000,
        "header_timeout_ms": 30000,
        "max_batch_texts": 4,
        "max_body_bytes": 200,
        "max_bytes_in_flight": 67108864,
        "max_concurrent_texts": 2000,
        "max_connections": 4096,
        "max_queued_texts": 20000,
        "max_text_bytes": 100,
        "max_wait_ms": 1000
      },
      "metrics": {
        "f1": 0.6,
        "pr_auc": null,
        "precision": 0.75,
        "recall": 0.5,
        "roc_auc": 0.875
      },
      "name": "relevance",
      "threshold": 0.5,
      "version": 1
    }
    "#);
}

#[tokio::test]
async fn a_damaged_model_is_not_loaded() {
    let (folder, store) = store().await;
    std::fs::write(folder.path().join("relevance/1/model.onnx"), "damaged").unwrap();
    let error = rejection(store, "production").await;
    assert!(matches!(error, ServeError::Store { .. }), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_model_is_not_loaded() {
    let (_folder, store) = store().await;
    publish_file(&store, b"no model").await;
    let error = rejection(store, "2").await;
    assert_eq!(
        error.to_string(),
        "cannot load version 2 of the model `relevance`"
    );
}

#[tokio::test]
async fn a_model_that_does_not_exist_is_not_loaded() {
    let (_folder, store) = store().await;
    let error = rejection(store, "candidate").await;
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(
        source.to_string(),
        "`relevance` has no alias or version `candidate`; aliases: production (1); versions: 1"
    );
}
