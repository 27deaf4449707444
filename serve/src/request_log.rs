//! What surrounds a request: its id, its line in the log, its figures; never the text, never a path that is not one of ours.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Method, StatusCode, Version};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument as _, Span};

use crate::ServiceState;
use crate::metrics::{InFlight, Route};
use crate::problem::Code;
use crate::request_id::{REQUEST_ID, RequestId, TRACEPARENT, TraceParent};
use crate::span;

/// A request whose answer's head is not known yet.
pub(crate) struct Exchange {
    start: Instant,
    method: Method,
    version: Version,
    pub(crate) id: RequestId,
    parent: Option<TraceParent>,
    /// The header that the trace was read from.
    traceparent: Option<HeaderValue>,
    _in_flight: InFlight,
}

/// Counts and logs the request once its answer's head is known, and gives the answer the request's id.
pub(crate) async fn log_request(
    State(state): State<ServiceState>,
    mut request: Request,
    next: Next,
) -> Response {
    let route = Route::of(request.extensions().get::<MatchedPath>());
    let exchange = Exchange::begin(&state, &request);
    request.extensions_mut().insert(exchange.id.clone());
    let span = if state.settings().spans {
        exchange.span(route.name())
    } else {
        Span::none()
    };
    let mut response = next.run(request).instrument(span.clone()).await;
    span::end(&span, response.status());
    let took = exchange.end(&state, route.name(), &mut response);
    state
        .metrics()
        .http
        .answered(&route, response.status(), took);
    response
}

impl Exchange {
    pub(crate) fn begin<B>(state: &ServiceState, request: &axum::http::Request<B>) -> Self {
        let headers = request.headers();
        let parent = TraceParent::of(headers);
        Self {
            start: Instant::now(),
            method: request.method().clone(),
            version: request.version(),
            id: RequestId::of(headers),
            traceparent: parent
                .is_some()
                .then(|| headers.get(TRACEPARENT).cloned())
                .flatten(),
            parent,
            _in_flight: state.metrics().http.begin(),
        }
    }

    fn span(&self, route: &str) -> Span {
        span::begin(&self.method, route, &self.id, self.parent.as_ref())
    }

    /// Logs the request, counts the problem that it met, and completes the answer's head; how long all took.
    pub(crate) fn end(
        self,
        state: &ServiceState,
        route: &str,
        response: &mut Response,
    ) -> Duration {
        let (status, took) = (response.status(), self.start.elapsed());
        if let Some(code) = response.extensions().get::<Code>() {
            state.metrics().http.told(code.name());
        }
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, self.id.header());
        if let Some(traceparent) = self.traceparent {
            headers.insert(TRACEPARENT, traceparent);
        }
        if state.is_draining() && self.version <= Version::HTTP_11 {
            // The client opens another connection, to another instance, instead of losing a request on this one.
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        let trace = self
            .parent
            .as_ref()
            .map(|parent| state.settings().trace_name(&parent.trace));
        // Only a call that failed has it here; the status of one that did not follows its messages.
        let grpc_status = response
            .headers()
            .get("grpc-status")
            .and_then(|status| status.to_str().ok());
        tracing::info!(
            request_id = self.id.as_str(),
            method = self.method.as_str(),
            route,
            status = status.as_u16(),
            grpc_status,
            duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            "logging.googleapis.com/trace" = trace,
            "logging.googleapis.com/spanId" =
                self.parent.as_ref().map(|parent| parent.span.as_str()),
            "logging.googleapis.com/trace_sampled" =
                self.parent.as_ref().map(|parent| parent.sampled),
            "{}",
            message(status)
        );
        took
    }
}

const fn message(status: StatusCode) -> &'static str {
    if status.as_u16() >= 500 {
        "failed a request"
    } else {
        "answered a request"
    }
}
