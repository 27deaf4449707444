//! GET `/model`: the model card that training wrote.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse};
use axum::routing::get;

use crate::problem::Problem;
use crate::state::ServiceState;

/// Headers of the card, which loads nothing and has an inline style sheet.
const HEADERS: [(HeaderName, &str); 2] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
];

pub(crate) fn router() -> Router<ServiceState> {
    Router::new().route("/model", get(card))
}

async fn card(State(state): State<ServiceState>) -> Result<impl IntoResponse, Problem> {
    let card = state.active_model()?.card().ok_or(Problem::NoCard)?;
    Ok((HEADERS, Html(card)))
}
