//! GET `/v1/model`, and loading a model.

use axum::http::StatusCode;
use relevance_serve::{LoadedModel, ServeError};

use crate::support::{get, store};

#[tokio::test]
async fn the_model_is_described() {
    let answer = get("/v1/model").await;
    assert_eq!(answer.status, StatusCode::OK);
    let (_folder, store) = store().await;
    let manifest = store.manifest("relevance", 1).await.unwrap();
    let mut body = answer.json();
    assert_eq!(body["digests"]["model"], manifest.files["model.onnx"].sha256);
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
        "max_batch_texts": 4,
        "max_body_bytes": 200,
        "max_text_bytes": 100
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
    let error = LoadedModel::load(&store, "relevance", "production").await.unwrap_err();
    assert!(matches!(error, ServeError::Store { .. }), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_model_is_not_loaded() {
    let (_folder, store) = store().await;
    let publication = relevance_models::Publication {
        files: vec![("model.onnx".to_owned(), "no model".into())],
        training: serde_json::Value::Null,
        created: jiff::Timestamp::UNIX_EPOCH,
    };
    store.publish("relevance", publication).await.unwrap();
    let error = LoadedModel::load(&store, "relevance", "2").await.unwrap_err();
    assert_eq!(error.to_string(), "cannot load version 2 of the model `relevance`");
}

#[tokio::test]
async fn a_model_that_does_not_exist_is_not_loaded() {
    let (_folder, store) = store().await;
    let error = LoadedModel::load(&store, "relevance", "candidate").await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(
        source.to_string(),
        "`relevance` has no alias or version `candidate`; aliases: production (1); versions: 1"
    );
}
