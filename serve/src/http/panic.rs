//! Panics of handlers.

use std::any::Any;

use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

/// Turns a handler's panic into a problem; the panic's text reaches the log alone.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer gives the payload away"
)]
pub(crate) fn panicked(payload: Box<dyn Any + Send>) -> Response {
    Problem::Internal(panic_text(&*payload).into()).into_response()
}

/// What a panic says, for the log.
pub(crate) fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no text");
    format!("a handler panicked: {text}")
}
