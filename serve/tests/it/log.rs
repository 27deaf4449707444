//! The log of the service.

use std::io;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Request, header};
use relevance_serve::FastPath;
use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{TEXT, call, state};

/// Collects the log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_request_is_one_line_without_its_text() {
    let service = FastPath::new(state().await);
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(lines.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let mut responses = Vec::new();
    for (path, body) in [
        ("/v1/predict", format!(r#"{{"text": "{TEXT}"}}"#)),
        ("/secret", String::new()),
    ] {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-request-id", format!("order{path}"))
            .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"));
        responses.push(call(service.clone(), request.body(Body::from(body)).unwrap()).await);
    }
    drop(guard);
    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(
        !logged.contains("flood") && !logged.contains("\"/secret"),
        "{logged}"
    );
    let fields: Vec<Value> = logged
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["fields"].clone())
        .collect();
    let [predicted, unknown] = &fields[..] else {
        panic!("{logged}")
    };
    assert_eq!(
        (&predicted["method"], &predicted["route"]),
        (&"POST".into(), &"/v1/predict".into())
    );
    assert_eq!(
        (&predicted["status"], &unknown["status"]),
        (&200.into(), &404.into())
    );
    assert_eq!(unknown["route"], "none");
    assert!(predicted["duration_us"].is_u64());
    assert_eq!(predicted["request_id"], "order/v1/predict");
    assert_eq!(responses[0].headers["x-request-id"], "order/v1/predict");
    assert_eq!(
        responses[0].headers["traceparent"],
        format!("00-{trace}-00f067aa0ba902b7-01")
    );
    assert_eq!(predicted["logging.googleapis.com/trace"], trace);
    assert_eq!(
        predicted["logging.googleapis.com/spanId"],
        "00f067aa0ba902b7"
    );
    assert_eq!(predicted["logging.googleapis.com/trace_sampled"], true);
}

#[tokio::test]
async fn a_request_without_an_id_gets_one() {
    let request = || Request::get("/v2/health/live").body(Body::empty()).unwrap();
    let service = FastPath::new(state().await);
    let ids = [
        call(service.clone(), request()).await,
        call(service, request()).await,
    ];
    let ids = ids.map(|response| {
        response.headers["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned()
    });
    assert!(
        ids[0] != ids[1] && ids.iter().all(|id| id.len() == 36),
        "{ids:?}"
    );
}

#[tokio::test]
async fn a_call_that_failed_has_its_grpc_status() {
    let service = FastPath::new(state().await);
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_writer(lines.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let request = Request::post("/inference.Nothing/ServerLive")
        .header(header::CONTENT_TYPE, "application/grpc");
    call(service, request.body(Body::empty()).unwrap()).await;
    drop(guard);
    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let line: Value = serde_json::from_str(&logged).unwrap();
    assert_eq!(
        (&line["fields"]["grpc_status"], &line["fields"]["status"]),
        (&"12".into(), &200.into()),
        "{line}"
    );
}

#[tokio::test]
async fn a_successful_probe_is_no_line_at_the_level_info() {
    let service = FastPath::new(state().await);
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::INFO)
        .with_writer(lines.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    for path in [
        "/v2/health/live",
        "/v2/health/ready",
        "/metrics",
        "/v1/model",
    ] {
        call(
            service.clone(),
            Request::get(path).body(Body::empty()).unwrap(),
        )
        .await;
    }
    drop(guard);

    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert_eq!(logged.lines().count(), 1, "{logged}");
}
