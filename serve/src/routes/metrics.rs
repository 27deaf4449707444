//! GET `/metrics`: metrics for Prometheus, open to all; the name of the model is for those with a key.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::metrics::{TextFormat, without_model};
use crate::state::ServiceState;

pub(crate) fn router() -> Router<ServiceState> {
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(State(state): State<ServiceState>, headers: HeaderMap) -> impl IntoResponse {
    let format = TextFormat::negotiate(&headers);
    let mut text = state.metrics().render(format);
    if state.settings().keys.check(&headers).is_err() {
        text = without_model(&text, state.name());
    }

    (
        [
            (header::CONTENT_TYPE, format.media_type()),
            (header::VARY, "accept"),
        ],
        text,
    )
}
