//! Requests as spans of a distributed trace.

use axum::http::{Method, StatusCode};
use opentelemetry::Context;
use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::http::request_id::{RequestId, TraceParent};

/// Target of the spans, which distinguishes them from log events.
pub const SPAN_TARGET: &str = "relevance::request";

/// Begins a span, as a child of the caller's if it sent one.
///
/// Names and attributes are those of OpenTelemetry's [HTTP
/// conventions](https://opentelemetry.io/docs/specs/semconv/http/).
pub(crate) fn begin(
    method: &Method,
    route: &str,
    id: &RequestId,
    parent: Option<&TraceParent>,
) -> Span {
    let span = tracing::info_span!(
        target: SPAN_TARGET,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = tracing::field::Empty,
        http.request.method = method.as_str(),
        http.route = route,
        http.response.status_code = tracing::field::Empty,
        request_id = id.as_str(),
    );

    if let Some(context) = parent.and_then(remote_context) {
        // Fails only without an OpenTelemetry layer, where no parent is needed.
        let _ = span.set_parent(context);
    }

    span
}

/// Records the status of the response.
pub(crate) fn end(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}

fn remote_context(parent: &TraceParent) -> Option<Context> {
    let trace = TraceId::from_hex(&parent.trace).ok()?;
    let span = SpanId::from_hex(&parent.span).ok()?;
    let flags = if parent.sampled {
        TraceFlags::SAMPLED
    } else {
        TraceFlags::default()
    };

    Some(Context::new().with_remote_span_context(SpanContext::new(
        trace,
        span,
        flags,
        true,
        TraceState::default(),
    )))
}
