//! Metrics of requests, by route.

use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of the latency buckets in seconds, from microseconds for a text to milliseconds for
/// a batch.
const SECONDS: [f64; 14] = [
    25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 100e-3, 250e-3,
    1.0,
];

/// Label of a route: its path as registered, never as requested.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Route {
    route: String,
}

/// Labels of requests.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    status: u16,
}

/// Labels of problems.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProblemLabels {
    code: String,
}

/// Requests, their statuses, durations and problems.
#[derive(Debug)]
pub(crate) struct HttpMetrics {
    requests: Family<RequestLabels, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    problems: Family<ProblemLabels, Counter>,
    in_flight: Gauge,
    pub(crate) connections: Gauge,
    pub(crate) bytes_in_flight: Gauge,
}

/// Metrics of a hot route, looked up once.
#[derive(Debug)]
pub(crate) struct HotRouteMetrics {
    route: Route,
    succeeded: Counter,
    seconds: Histogram,
}

/// Counts a request as in flight until dropped.
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Route {
    /// The label of the matched route, `none` without a match.
    pub(crate) fn from_matched_path(matched: Option<&MatchedPath>) -> Self {
        Self {
            route: matched.map_or("none", MatchedPath::as_str).to_owned(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.route
    }
}

impl HotRouteMetrics {
    pub(crate) fn name(&self) -> &str {
        &self.route.route
    }
}

impl HttpMetrics {
    /// Registers the metrics.
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            problems: Family::default(),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
            bytes_in_flight: Gauge::default(),
        };

        registry.register("requests", "Completed requests", metrics.requests.clone());
        registry.register_with_unit(
            "request_duration",
            "Time from the head of a request to the head of its response",
            Unit::Seconds,
            metrics.seconds.clone(),
        );
        registry.register("problems", "Problems by code", metrics.problems.clone());
        registry.register(
            "requests_in_flight",
            "Requests in flight",
            metrics.in_flight.clone(),
        );
        registry.register(
            "connections",
            "Open connections",
            metrics.connections.clone(),
        );
        registry.register(
            "bytes_in_flight",
            "Bytes of request bodies and unsent responses",
            metrics.bytes_in_flight.clone(),
        );

        metrics
    }

    /// Counts a request as in flight until the guard is dropped, even if the client disconnects.
    pub(crate) fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// The metrics of a hot route.
    pub(crate) fn hot_route(&self, name: &str) -> HotRouteMetrics {
        let route = Route {
            route: name.to_owned(),
        };
        let labels = RequestLabels {
            route: name.to_owned(),
            status: StatusCode::OK.as_u16(),
        };

        let succeeded = self.requests.get_or_create_owned(&labels);
        HotRouteMetrics {
            succeeded,
            seconds: self.seconds.get_or_create_owned(&route),
            route,
        }
    }

    /// Counts a request of a hot route.
    pub(crate) fn count_hot(&self, hot: &HotRouteMetrics, status: StatusCode, took: Duration) {
        if status == StatusCode::OK {
            hot.succeeded.inc();
            hot.seconds.observe(took.as_secs_f64());
        } else {
            self.count(&hot.route, status, took);
        }
    }

    /// Counts a request of any route.
    pub(crate) fn count(&self, route: &Route, status: StatusCode, took: Duration) {
        let labels = RequestLabels {
            route: route.route.clone(),
            status: status.as_u16(),
        };
        self.requests.get_or_create(&labels).inc();
        self.seconds
            .get_or_create(route)
            .observe(took.as_secs_f64());
    }

    /// Counts a problem.
    pub(crate) fn count_problem(&self, code: &str) {
        self.problems
            .get_or_create(&ProblemLabels {
                code: code.to_owned(),
            })
            .inc();
    }
}
