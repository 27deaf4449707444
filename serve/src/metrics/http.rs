//! Requests by route.

use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of the latency's buckets in seconds: an answer takes some microseconds, a batch some milliseconds.
const SECONDS: [f64; 14] = [
    25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 100e-3, 250e-3,
    1.0,
];

/// A path of the service as it was registered, never as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Route {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
}

/// A problem that was count_problem.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProblemLabels {
    code: String,
}

/// Requests, their statuses and how long they took.
#[derive(Debug)]
pub(crate) struct HttpMetrics {
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    problems: Family<ProblemLabels, Counter>,
    in_flight: Gauge,
    pub(crate) connections: Gauge,
}

/// A route that is asked so often that its figures are looked up once.
#[derive(Debug)]
pub(crate) struct HotRouteMetrics {
    route: Route,
    succeeded: Counter,
    seconds: Histogram,
}

/// A request that waits for its answer.
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Route {
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
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            problems: Family::default(),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
        };
        registry.register(
            "requests",
            "Requests that were answered",
            metrics.requests.clone(),
        );
        registry.register_with_unit(
            "request_duration",
            "Time from a request's head to its answer's",
            Unit::Seconds,
            metrics.seconds.clone(),
        );
        registry.register(
            "problems",
            "Refusals and failures by code",
            metrics.problems.clone(),
        );
        registry.register(
            "requests_in_flight",
            "Requests that wait for their answer",
            metrics.in_flight.clone(),
        );
        registry.register(
            "connections",
            "Open connections",
            metrics.connections.clone(),
        );
        metrics
    }

    /// Counts a request in until what this gives is dropped, as it is too when the client goes away.
    pub(crate) fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// The figures of a hot route.
    pub(crate) fn hot_route(&self, name: &str) -> HotRouteMetrics {
        let route = Route {
            route: name.to_owned(),
        };
        let answered = Answered {
            route: name.to_owned(),
            status: StatusCode::OK.as_u16(),
        };
        let succeeded = self.requests.get_or_create_owned(&answered);
        HotRouteMetrics {
            succeeded,
            seconds: self.seconds.get_or_create_owned(&route),
            route,
        }
    }

    /// Counts an answer of a hot route.
    pub(crate) fn count_hot(&self, hot: &HotRouteMetrics, status: StatusCode, took: Duration) {
        if status == StatusCode::OK {
            hot.succeeded.inc();
            hot.seconds.observe(took.as_secs_f64());
        } else {
            self.count(&hot.route, status, took);
        }
    }

    pub(crate) fn count(&self, route: &Route, status: StatusCode, took: Duration) {
        let answered = Answered {
            route: route.route.clone(),
            status: status.as_u16(),
        };
        self.requests.get_or_create(&answered).inc();
        self.seconds
            .get_or_create(route)
            .observe(took.as_secs_f64());
    }

    pub(crate) fn count_problem(&self, code: &str) {
        self.problems
            .get_or_create(&ProblemLabels {
                code: code.to_owned(),
            })
            .inc();
    }
}
