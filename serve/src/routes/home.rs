//! GET `/`: a page for a person who comes by.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;

use crate::ServiceState;
use crate::routes::page::page;

pub(crate) fn router() -> Router<ServiceState> {
    Router::new().route("/", get(home))
}

async fn home() -> impl IntoResponse {
    page(include_str!("home.html"))
}
