//! The service in this process, without a socket.

use std::future::Future;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use relevance_export::{text_model, to_bytes};
use relevance_models::{Publication, Store};
use relevance_pipeline::TokenCharacters;
use relevance_serve::{
    ApiKeys, CaptureSettings, FastPath, Limits, ModelSource, ServeSettings, ServiceState,
    StoreSource,
};
use relevance_storage::TemporaryFolder;
use tokio::runtime::{self, Runtime};

use crate::pipeline::union_pipeline;

/// Name of the model.
const MODEL: &str = "relevance";
/// Key of every request.
const KEY: &str = "fuzz";

/// Limits that an input can reach.
const LIMITS: Limits = Limits {
    max_text_bytes: 1000,
    max_body_bytes: 4000,
    max_batch_texts: 16,
    ..Limits::DEFAULT
};

/// The service with a model, and the runtime that its requests run on.
struct Service {
    // Dropped first: the runtime waits for the task that writes what the service captures.
    fast_path: FastPath,
    runtime: Runtime,
    /// The store and the captured predictions.
    _folder: TemporaryFolder,
}

/// A response of the service.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    /// The headers and the trailers.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

thread_local! {
    static SERVICE: Service = Service::start();
}

/// Returns the response to a request with a key.
pub(crate) fn respond(request: Builder, body: Vec<u8>) -> Response {
    let request = request
        .header("x-api-key", KEY)
        .body(Body::from(body))
        .expect("the heads of requests are valid");
    SERVICE.with(|service| {
        let response = call(&service.fast_path, request);
        service.runtime.block_on(response)
    })
}

async fn call(service: &FastPath, request: Request<Body>) -> Response {
    let Ok(response) = service.respond(request).await;
    let (head, body) = response.into_parts();
    let body = body.collect().await;
    let body = body.expect("the body of a response does not fail");

    let mut headers = head.headers;
    headers.extend(body.trailers().cloned().unwrap_or_default());
    Response {
        status: head.status,
        headers,
        body: body.to_bytes().to_vec(),
    }
}

impl Service {
    fn start() -> Self {
        let folder = TemporaryFolder::create().expect("a folder can be created");
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime can be built");
        let state = runtime.block_on(open(&folder));
        Self {
            fast_path: runtime.block_on(async { FastPath::new(state) }),
            runtime,
            _folder: folder,
        }
    }
}

fn open(folder: &TemporaryFolder) -> impl Future<Output = ServiceState> {
    let store = folder.path().join("store");
    let capture = CaptureSettings {
        path: folder.path().join("capture.jsonl"),
        fraction: 1.0,
        texts: true,
        max_bytes: 1 << 16,
    };
    async move {
        let location = store.to_str().expect("the folder's name is UTF-8");
        let store = Store::open(location).expect("the folder can be a store");
        let file = to_bytes(&text_model(&union_pipeline(TokenCharacters::Ascii)));
        let publication = Publication {
            files: vec![("model.onnx".to_owned(), file.into())],
            training: serde_json::Value::Null,
            created: jiff::Timestamp::UNIX_EPOCH,
        };
        let published = store.publish(MODEL, publication).await;
        published.expect("the folder can be written to");

        let settings = ServeSettings {
            limits: LIMITS,
            keys: ApiKeys::default().with_key(KEY),
            capture: Some(capture),
            ..ServeSettings::new(vec![(Ipv4Addr::LOCALHOST, 0).into()])
        };
        let source = ModelSource::Store(StoreSource {
            store: Arc::new(store),
            name: MODEL.to_owned(),
            selector: "1".to_owned(),
        });
        ServiceState::open(settings, source)
            .await
            .expect("the model can be served")
    }
}
