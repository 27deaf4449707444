//! GET `/openapi.json`: the OpenAPI specification.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use crate::openapi::specification::openapi_json;
use crate::state::ServiceState;

static SPECIFICATION: LazyLock<String> = LazyLock::new(openapi_json);

pub(crate) fn router() -> Router<ServiceState> {
    Router::new().route("/openapi.json", get(specification))
}

async fn specification() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "application/json")],
        SPECIFICATION.as_str(),
    )
}
