//! GET `/v2/health/live`, `/v2/health/ready` and `/ping`.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use relevance_serve::FastPath;
use serde_json::json;

use crate::support::{call, get, state};

#[tokio::test]
async fn a_running_service_is_live_and_ready() {
    let live = get("/v2/health/live").await;
    assert_eq!(
        (live.status, live.json()),
        (StatusCode::OK, json!({"live": true}))
    );
    for path in ["/v2/health/ready", "/ping"] {
        let ready = get(path).await;
        assert_eq!(
            (ready.status, ready.json()),
            (StatusCode::OK, json!({"ready": true})),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_draining_service_is_live_but_not_ready() {
    let state = state().await;
    state.start_draining();
    let request = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let live = call(FastPath::new(state.clone()), request("/v2/health/live")).await;
    assert_eq!(live.status, StatusCode::OK);
    for path in ["/v2/health/ready", "/ping"] {
        let ready = call(FastPath::new(state.clone()), request(path)).await;
        assert_eq!(
            (ready.status, ready.json()),
            (StatusCode::SERVICE_UNAVAILABLE, json!({"ready": false})),
            "{path}"
        );
    }
}
