//! A service with limits for the protocol's bodies, over HTTP and on a socket.

use std::net::{Ipv4Addr, SocketAddr};

use axum::body::Body;
use axum::http::Request;
use relevance_serve::{FastPath, Hangups, Limits, ServeSettings, ServiceState, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tonic::transport::{Channel, Endpoint};

use super::messages::grpc_inference_service_client::GrpcInferenceServiceClient;
use crate::support::{LIMITS, TestResponse, call, post, settings, state_with};

/// The key whose SHA-256 is [`DIGEST`].
pub const KEY: &str = "open sesame";
/// SHA-256 of [`KEY`].
pub const DIGEST: &str = "41ef4bb0b23661e66301aac36066912dac037827b4ae63a7b1165a5aa93ed4eb";
/// The path of requests for inference.
pub const INFER: &str = "/v2/models/relevance/infer";

/// [`LIMITS`] with larger bodies.
pub fn wide() -> ServeSettings {
    ServeSettings {
        limits: Limits {
            max_body_bytes: 4000,
            ..LIMITS
        },
        ..settings()
    }
}

/// A service with the limits of [`wide`].
pub async fn service() -> FastPath {
    FastPath::new(state_with(wide()).await)
}

/// The response to a request for inference.
pub async fn infer(body: &Value) -> TestResponse {
    call(service().await, post(INFER, body)).await
}

/// An input of texts.
pub fn input(shape: &[i64], data: &Value) -> Value {
    json!({"name": "text", "shape": shape, "datatype": "BYTES", "data": data})
}

/// A request without a body.
pub fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

/// The message of a response that must be an error of the protocol.
pub fn error(response: &TestResponse, status: u16) -> String {
    assert_eq!(response.status, status, "{response:?}");
    let body = response.json();
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    body["error"].as_str().unwrap().to_owned()
}

/// A service on a socket, which shuts down when this is dropped.
pub struct Running {
    pub address: SocketAddr,
    pub state: ServiceState,
    pub stop: oneshot::Sender<()>,
}

impl Running {
    pub async fn start(state: ServiceState) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            let _ = stopped.await;
        };
        tokio::spawn(serve(
            listener,
            state.clone(),
            Hangups::listen().unwrap(),
            shutdown,
        ));
        Self {
            address,
            state,
            stop,
        }
    }

    pub async fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.address))
            .unwrap()
            .connect()
            .await
            .unwrap()
    }

    pub async fn client(&self) -> GrpcInferenceServiceClient<Channel> {
        GrpcInferenceServiceClient::new(self.channel().await)
    }
}
