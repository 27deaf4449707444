//! What surrounds a request: its id, its line in the log, its figures; never the text, never a path that is not one of ours.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, StatusCode, Version};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument as _, Span};

use crate::ServiceState;
use crate::metrics::Route;
use crate::problem::Code;
use crate::request_id::{REQUEST_ID, RequestId, TRACEPARENT, TraceParent};
use crate::span;

/// Counts and logs the request once its answer's head is known, and gives the answer the request's id.
pub(crate) async fn log_request(State(state): State<ServiceState>, mut request: Request, next: Next) -> Response {
    let start = Instant::now();
    let (method, version) = (request.method().clone(), request.version());
    let route = Route::of(request.extensions().get::<MatchedPath>());
    let id = RequestId::of(request.headers());
    let parent = TraceParent::of(request.headers());
    let passed_on = parent.is_some().then(|| request.headers().get(TRACEPARENT).cloned()).flatten();
    request.extensions_mut().insert(id.clone());

    let metrics = &state.metrics().http;
    let in_flight = metrics.begin();
    let span =
        if state.settings().spans { span::begin(&method, route.name(), &id, parent.as_ref()) } else { Span::none() };
    let mut response = next.run(request).instrument(span.clone()).await;
    drop(in_flight);
    let (status, took) = (response.status(), start.elapsed());
    metrics.answered(&route, status, took);
    span::end(&span, status);
    if let Some(code) = response.extensions().get::<Code>() {
        metrics.told(code.name());
    }

    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id.header());
    if let Some(traceparent) = passed_on {
        headers.insert(TRACEPARENT, traceparent);
    }
    if state.is_draining() && version <= Version::HTTP_11 {
        // The client opens another connection, to another instance, instead of losing a request on this one.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let trace = parent.as_ref().map(|parent| state.settings().trace_name(&parent.trace));
    // Only a call that failed has it here; the status of one that did not follows its messages.
    let grpc_status = response.headers().get("grpc-status").and_then(|status| status.to_str().ok());
    tracing::info!(
        request_id = id.as_str(),
        %method,
        route = route.name(),
        status = status.as_u16(),
        grpc_status,
        duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "logging.googleapis.com/trace" = trace,
        "logging.googleapis.com/spanId" = parent.as_ref().map(|parent| parent.span.as_str()),
        "logging.googleapis.com/trace_sampled" = parent.as_ref().map(|parent| parent.sampled),
        "{}",
        message(status)
    );
    response
}

const fn message(status: StatusCode) -> &'static str {
    if status.as_u16() >= 500 { "failed a request" } else { "answered a request" }
}
