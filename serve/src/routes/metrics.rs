//! GET `/metrics`: metrics for Prometheus.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::metrics::TextFormat;
use crate::state::ServiceState;

pub(crate) fn router() -> Router<ServiceState> {
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(State(state): State<ServiceState>, headers: HeaderMap) -> impl IntoResponse {
    let format = TextFormat::negotiate(&headers);
    (
        [
            (header::CONTENT_TYPE, format.media_type()),
            (header::VARY, "accept"),
        ],
        state.metrics().render(format),
    )
}
