//! Panics of handlers as problems.

use std::any::Any;

use axum::response::Response;
use tower_http::catch_panic::{CatchPanicLayer, ResponseForPanic};

use crate::problem::Problem;

/// Layer that answers a handler's panic with the response that `respond` makes of the problem.
pub(crate) fn catch_panic(
    respond: fn(Problem) -> Response,
) -> CatchPanicLayer<impl ResponseForPanic<ResponseBody = axum::body::Body>> {
    CatchPanicLayer::custom(move |payload: Box<dyn Any + Send>| respond(panic_problem(&*payload)))
}

/// The problem of a panic; only the log shows the panic's message.
pub(crate) fn panic_problem(payload: &(dyn Any + Send)) -> Problem {
    let message = payload.downcast_ref::<String>().map(String::as_str);
    let message = message
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message");

    Problem::Internal(format!("a handler panicked: {message}").into())
}
