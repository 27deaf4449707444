//! Calls of the model repository.

use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, header};
use relevance_models::Store;
use relevance_serve::{FastPath, ServeSettings, ServiceState};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::messages::{
    RepositoryIndexRequest, RepositoryModelLoadRequest, RepositoryModelUnloadRequest,
};
use super::support::{DIGEST, INFER, KEY, Running, error, get, input, service, wide};
use crate::support::{
    TEXT, TestResponse, call, pipeline, post, publish, publish_file, source, store,
};

const LOAD: &str = "/v2/repository/models/relevance/load";
const UNLOAD: &str = "/v2/repository/models/relevance/unload";

/// A service with a key and its store, without periodic reloads.
async fn operated() -> (TempDir, Store, ServiceState) {
    let (folder, store) = store().await;
    let operator = Store::open(folder.path().to_str().unwrap()).unwrap();
    let settings = ServeSettings {
        keys: DIGEST.parse().unwrap(),
        reload_interval: None,
        ..wide()
    };
    let state = ServiceState::open(settings, source(store)).await.unwrap();
    (folder, operator, state)
}

async fn operate(service: &FastPath, path: &str, body: &str) -> TestResponse {
    let request = Request::post(path).header(header::AUTHORIZATION, format!("Bearer {KEY}"));
    call(
        service.clone(),
        request.body(Body::from(body.to_owned())).unwrap(),
    )
    .await
}

fn entry(version: &str, state: &str, reason: &str) -> Value {
    json!({"name": "relevance", "version": version, "state": state, "reason": reason})
}

async fn infer(service: &FastPath) -> TestResponse {
    let mut request = post(INFER, &json!({"inputs": [input(&[1], &json!([TEXT]))]}));
    request
        .headers_mut()
        .insert("x-api-key", HeaderValue::from_static(KEY));
    call(service.clone(), request).await
}

#[tokio::test]
async fn without_keys_nobody_is_an_operator() {
    for path in ["/v2/repository/index", LOAD, UNLOAD] {
        let message = error(&call(service().await, post(path, &json!({}))).await, 403);
        assert!(message.contains("RELEVANCE_API_KEYS"), "{message}");
    }
}

#[tokio::test]
async fn with_keys_an_operator_sends_one() {
    let (_folder, _store, state) = operated().await;
    for path in ["/v2/repository/index", LOAD, UNLOAD] {
        error(
            &call(FastPath::new(state.clone()), post(path, &json!({}))).await,
            401,
        );
    }
    assert_eq!(infer(&FastPath::new(state)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_index_lists_the_versions_and_which_is_loaded() {
    let (_folder, store, state) = operated().await;
    publish(&store, &pipeline().with_threshold(0.25).unwrap()).await;
    let service = FastPath::new(state);
    let all = json!([
        entry("1", "READY", ""),
        entry("2", "UNAVAILABLE", "not loaded")
    ]);
    for (body, want) in [
        ("", &all),
        ("{}", &all),
        (r#"{"ready": true}"#, &json!([entry("1", "READY", "")])),
    ] {
        let response = operate(&service, "/v2/repository/index", body).await;
        assert_eq!(
            (response.status, &response.json()),
            (StatusCode::OK, want),
            "{body}"
        );
    }
}

#[tokio::test]
async fn load_activates_the_version_that_the_alias_names() {
    let (_folder, store, state) = operated().await;
    publish(&store, &pipeline().with_threshold(0.25).unwrap()).await;
    store.promote("relevance", "2").await.unwrap();
    let service = FastPath::new(state);
    assert_eq!(infer(&service).await.json()["model_version"], "1");
    assert_eq!(
        operate(&service, LOAD, "").await.json(),
        entry("2", "READY", "")
    );
    assert_eq!(infer(&service).await.json()["model_version"], "2");
    let gone = call(
        service.clone(),
        get("/v2/models/relevance/versions/1/ready"),
    )
    .await;
    assert!(error(&gone, 404).contains("version 2 is"));
}

#[tokio::test]
async fn a_version_that_cannot_be_loaded_leaves_the_old_one() {
    let (_folder, store, state) = operated().await;
    publish_file(&store, b"no model").await;
    store.promote("relevance", "2").await.unwrap();
    let service = FastPath::new(state);
    let message = error(&operate(&service, LOAD, "").await, 500);
    assert!(
        message.contains("the active one stays") && message.contains("version 2"),
        "{message}"
    );
    assert_eq!(infer(&service).await.json()["model_version"], "1");
}

#[tokio::test]
async fn an_unloaded_model_predicts_nothing_until_it_is_loaded() {
    let (_folder, _store, state) = operated().await;
    let service = FastPath::new(state);
    let body = r#"{"parameters": {"unload_dependents": false}}"#;
    assert_eq!(
        operate(&service, UNLOAD, body).await.json(),
        entry("1", "UNAVAILABLE", "unloaded")
    );
    assert!(error(&infer(&service).await, 503).contains("no model is loaded"));
    assert_eq!(
        call(service.clone(), get("/v2/health/ready")).await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(
        call(service.clone(), get("/v2/models/relevance/ready"))
            .await
            .json()["ready"],
        false
    );
    assert_eq!(
        operate(&service, UNLOAD, "").await.json(),
        entry("", "UNAVAILABLE", "unloaded")
    );
    assert_eq!(
        operate(&service, LOAD, "{}").await.json(),
        entry("1", "READY", "")
    );
    assert_eq!(infer(&service).await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_model_and_parameters_of_a_load_are_rejected() {
    let (_folder, _store, state) = operated().await;
    let service = FastPath::new(state);
    for call in ["load", "unload"] {
        error(
            &operate(
                &service,
                &format!("/v2/repository/models/sentiment/{call}"),
                "",
            )
            .await,
            404,
        );
    }
    let message = error(
        &operate(&service, LOAD, r#"{"parameters": {"config": "{}"}}"#).await,
        400,
    );
    assert!(message.contains("`config`"), "{message}");
    error(&operate(&service, LOAD, "{").await, 400);
}

#[tokio::test]
async fn the_calls_are_the_same_over_grpc() {
    let (_folder, _store, state) = operated().await;
    let running = Running::start(state).await;
    let mut client = running.client().await;
    let index = RepositoryIndexRequest::default();
    let denied = client.repository_index(index.clone()).await.unwrap_err();
    assert_eq!(denied.code(), tonic::Code::Unauthenticated);
    let models = client
        .repository_index(with_key(index))
        .await
        .unwrap()
        .into_inner()
        .models;
    assert_eq!(
        (models[0].version.as_str(), models[0].state.as_str()),
        ("1", "READY")
    );
    let unload = RepositoryModelUnloadRequest {
        model_name: "relevance".to_owned(),
        ..Default::default()
    };
    client
        .repository_model_unload(with_key(unload))
        .await
        .unwrap();
    assert_eq!(running.state.version(), None);
    let load = RepositoryModelLoadRequest {
        model_name: "relevance".to_owned(),
        ..Default::default()
    };
    client.repository_model_load(with_key(load)).await.unwrap();
    assert_eq!(running.state.version(), Some(1));

    let open = Running::start(crate::support::state().await).await;
    let denied = open
        .client()
        .await
        .repository_index(RepositoryIndexRequest::default())
        .await
        .unwrap_err();
    assert_eq!(denied.code(), tonic::Code::PermissionDenied);
    assert!(denied.message().contains("RELEVANCE_API_KEYS"), "{denied}");
}

fn with_key<T>(message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request
        .metadata_mut()
        .insert("authorization", format!("Bearer {KEY}").parse().unwrap());
    request
}
