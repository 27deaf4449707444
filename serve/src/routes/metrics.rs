//! GET `/metrics`: metrics for Prometheus.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use crate::metrics::OPENMETRICS;
use crate::state::ServiceState;

pub(crate) fn router() -> Router<ServiceState> {
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(State(state): State<ServiceState>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, OPENMETRICS)],
        state.metrics().render(),
    )
}
