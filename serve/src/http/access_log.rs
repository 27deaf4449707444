//! Access log: the id, log line and metrics of every request, without its text and without unknown
//! paths.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Method, StatusCode, Version};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument as _, Level, Span};

use crate::http::request_id::{REQUEST_ID, RequestId, TRACEPARENT, TraceParent};
use crate::http::request_span;
use crate::metrics::{InFlight, Route};
use crate::problem::ProblemCode;
use crate::state::ServiceState;

/// Routes that platforms ask every few seconds; only their failures are of interest.
const PROBES: [&str; 4] = ["/metrics", "/ping", "/v2/health/live", "/v2/health/ready"];

/// A request until the head of its response is known.
pub(crate) struct RequestScope {
    start: Instant,
    method: Method,
    version: Version,
    pub(crate) id: RequestId,
    parent: Option<TraceParent>,
    /// The header that the trace was read from.
    traceparent: Option<HeaderValue>,
    _in_flight: InFlight,
}

/// Middleware that counts and logs the request, and adds its id to the response.
pub(crate) async fn log_request(
    State(state): State<ServiceState>,
    mut request: Request,
    next: Next,
) -> Response {
    let route = Route::from_matched_path(request.extensions().get::<MatchedPath>());
    let scope = RequestScope::begin(&state, &request);
    request.extensions_mut().insert(scope.id.clone());

    let span = if state.settings().spans {
        scope.span(route.name())
    } else {
        Span::none()
    };

    let mut response = next.run(request).instrument(span.clone()).await;

    request_span::end(&span, response.status());
    let took = scope.finish(&state, route.name(), &mut response);
    state.metrics().http.count(&route, response.status(), took);

    response
}

impl RequestScope {
    /// Begins the scope of a request.
    pub(crate) fn begin<B>(state: &ServiceState, request: &axum::http::Request<B>) -> Self {
        let headers = request.headers();
        let parent = TraceParent::from_headers(headers);

        Self {
            start: Instant::now(),
            method: request.method().clone(),
            version: request.version(),
            id: RequestId::from_headers(headers),
            traceparent: parent
                .is_some()
                .then(|| headers.get(TRACEPARENT).cloned())
                .flatten(),
            parent,
            _in_flight: state.metrics().http.begin(),
        }
    }

    fn span(&self, route: &str) -> Span {
        request_span::begin(&self.method, route, &self.id, self.parent.as_ref())
    }

    /// Logs the request, counts its problem, and adds headers to the response; returns the
    /// request's duration.
    pub(crate) fn finish(
        self,
        state: &ServiceState,
        route: &str,
        response: &mut Response,
    ) -> Duration {
        let (status, took) = (response.status(), self.start.elapsed());
        if let Some(code) = response.extensions().get::<ProblemCode>() {
            state.metrics().http.count_problem(code.name());
        }

        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, self.id.header());
        if let Some(traceparent) = self.traceparent {
            headers.insert(TRACEPARENT, traceparent);
        }
        if state.is_draining() && self.version <= Version::HTTP_11 {
            // The client opens its next connection to another instance, and loses no request on
            // this one.
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }

        let trace = self
            .parent
            .as_ref()
            .map(|parent| state.settings().trace_name(&parent.trace));
        // Present for failed calls only: the status of a successful call follows its messages.
        let grpc_status = response
            .headers()
            .get("grpc-status")
            .and_then(|status| status.to_str().ok());

        macro_rules! log {
            ($level:expr) => {
                tracing::event!(
                    $level,
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
                )
            };
        }
        if PROBES.contains(&route) && status.is_success() {
            log!(Level::DEBUG);
        } else {
            log!(Level::INFO);
        }

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
