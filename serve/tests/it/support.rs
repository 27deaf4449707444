//! A small model in a store, and a service with it.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use relevance_models::{Publication, Store};
use relevance_pipeline::{FeatureSettings, Labels, Pipeline, PipelineParts};
use relevance_serve::{FastPath, Limits, ModelSource, ServeSettings, ServiceState, StoreSource};
use serde_json::Value;
use tempfile::TempDir;

/// The text of the specification's examples; relevant for the model of the tests.
pub const TEXT: &str = "flood waters are rising, families evacuated";

/// Limits that a short text can exceed.
pub const LIMITS: Limits = Limits {
    max_text_bytes: 100,
    max_body_bytes: 200,
    max_batch_texts: 4,
    ..Limits::DEFAULT
};

/// A pipeline with three terms.
pub fn pipeline() -> Pipeline {
    let metadata = [
        ("name", "relevance"),
        ("version", "0123456789abcdef"),
        ("data.digest", "d1"),
        ("settings.digest", "c7"),
        ("test.precision", "0.75"),
        ("test.recall", "0.5"),
        ("test.f1", "0.6"),
        ("test.roc_auc", "0.875"),
    ];
    let parts = PipelineParts {
        features: FeatureSettings::default(),
        vocabulary: ["evacuated", "flood", "sunny"].map(str::to_owned).to_vec(),
        idf: vec![1.5, 1.25, 1.0],
        coefficients: vec![2.0, 3.0, -4.0],
        characters: None,
        intercept: -0.25,
        threshold: 0.5,
        labels: Labels::default(),
        metadata: metadata
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
    };
    Pipeline::try_from(parts).unwrap()
}

/// A store with the model as version 1, in production, until the folder is dropped.
pub async fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().to_str().unwrap()).unwrap();
    publish(&store, &pipeline()).await;
    store.promote("relevance", "1").await.unwrap();
    (folder, store)
}

/// Publishes a pipeline as the next version.
pub async fn publish(store: &Store, pipeline: &Pipeline) {
    publish_file(
        store,
        &relevance_export::to_bytes(&relevance_export::text_model(pipeline)),
    )
    .await;
}

/// Publishes bytes as the model file of the next version.
pub async fn publish_file(store: &Store, file: &[u8]) {
    let publication = Publication {
        files: vec![("model.onnx".to_owned(), file.to_vec().into())],
        training: Value::Null,
        created: jiff::Timestamp::from_second(1_700_000_000).unwrap(),
    };
    store.publish("relevance", publication).await.unwrap();
}

/// Settings with [`LIMITS`], on an address that nothing listens on.
pub fn settings() -> ServeSettings {
    ServeSettings {
        limits: LIMITS,
        ..ServeSettings::new(vec![(Ipv4Addr::LOCALHOST, 0).into()])
    }
}

/// The service's state with [`LIMITS`]; its store is gone, like an unreachable one.
pub async fn state() -> ServiceState {
    state_with(settings()).await
}

/// As [`state`], with other settings.
pub async fn state_with(settings: ServeSettings) -> ServiceState {
    let (_folder, store) = store().await;
    ServiceState::open(settings, source(store)).await.unwrap()
}

/// The model in production.
pub fn source(store: Store) -> ModelSource {
    version(store, "production")
}

/// A version of the model.
pub fn version(store: Store, selector: &str) -> ModelSource {
    ModelSource::Store(StoreSource {
        store: Arc::new(store),
        name: "relevance".to_owned(),
        selector: selector.to_owned(),
    })
}

/// A response of the service.
#[derive(Debug)]
pub struct TestResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl TestResponse {
    /// The body, which must be JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The body, which must be text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The code of the problem, whose body must have the same status.
    pub fn code(&self) -> String {
        assert_eq!(
            self.header(header::CONTENT_TYPE),
            "application/problem+json",
            "{self:?}"
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        problem["code"].as_str().unwrap().to_owned()
    }
}

/// Calls the service once.
pub async fn call(service: FastPath, request: Request<Body>) -> TestResponse {
    let response = service.respond(request).await.unwrap();
    let (head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    TestResponse {
        status: head.status,
        headers: head.headers,
        body,
    }
}

/// A POST of JSON.
pub fn post(path: &str, body: &Value) -> Request<Body> {
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
    request.body(Body::from(body.to_string())).unwrap()
}

/// A request without a body, to a service with [`LIMITS`].
pub async fn request(method: Method, path: &str) -> TestResponse {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty())
        .unwrap();
    call(FastPath::new(state().await), request).await
}

/// A GET to a service with [`LIMITS`].
pub async fn get(path: &str) -> TestResponse {
    request(Method::GET, path).await
}
