//! GET `/v2/health/live` and `/v2/health/ready`.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use relevance_serve::FastPath;
use serde_json::json;

use crate::support::{call, get, state};

#[tokio::test]
async fn a_running_service_is_live_and_ready() {
    let (live, ready) = (get("/v2/health/live").await, get("/v2/health/ready").await);
    assert_eq!(
        (live.status, live.json()),
        (StatusCode::OK, json!({"live": true}))
    );
    assert_eq!(
        (ready.status, ready.json()),
        (StatusCode::OK, json!({"ready": true}))
    );
}

#[tokio::test]
async fn a_draining_service_is_live_but_not_ready() {
    let state = state().await;
    state.start_draining();
    let request = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let live = call(FastPath::new(state.clone()), request("/v2/health/live")).await;
    let ready = call(FastPath::new(state), request("/v2/health/ready")).await;
    assert_eq!(live.status, StatusCode::OK);
    assert_eq!(
        (ready.status, ready.json()),
        (StatusCode::SERVICE_UNAVAILABLE, json!({"ready": false}))
    );
}
