//! Settings of the service.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderValue;
use tracing_appender::non_blocking::ErrorCounter;

use crate::http::api_keys::ApiKeys;

/// Default time for open requests after the shutdown delay; with the default delay the process ends
/// within 8 seconds, before platforms kill it after 10.
const DEFAULT_DRAIN: Duration = Duration::from_secs(6);

/// Default number of milliseconds between the shutdown signal and the end of accepting connections.
pub const DEFAULT_SHUTDOWN_DELAY_MS: u64 = 500;

/// Default number of milliseconds for loading a version.
pub const DEFAULT_LOAD_TIMEOUT_MS: u64 = 60_000;

/// Default number of milliseconds between reloads.
pub const DEFAULT_RELOAD_INTERVAL_MS: u64 = 30_000;

/// Fraction of the maximum age of a connection by which the age of each differs.
pub(crate) const AGE_JITTER: f64 = 0.1;

/// Settings of the service.
#[derive(Debug, Clone)]
pub struct ServeSettings {
    /// Addresses of the host to listen on, of which the first that can be bound is used.
    pub addresses: Vec<SocketAddr>,
    /// Limits on requests and connections.
    pub limits: Limits,
    /// Time after the shutdown signal in which the service is not ready and still accepts
    /// connections, until load balancers notice.
    pub shutdown_delay: Duration,
    /// Time for open requests after the delay, before their connections are closed.
    pub drain: Duration,
    /// Age at which a connection ends once its open requests are finished; `None` for no end.
    ///
    /// Every connection gets an age up to 10 % longer or shorter, so that the clients of
    /// an instance do not all reconnect at once.
    pub max_connection_age: Option<Duration>,
    /// Further path of POST `/invocations`.
    pub predict_route: Option<String>,
    /// Further path of GET `/ping`.
    pub health_route: Option<String>,
    /// Time for loading a version; then the load has failed.
    pub load_timeout: Duration,
    /// Keys of the clients.
    pub keys: ApiKeys,
    /// Origins whose pages may send requests, besides the service's own; `*` for all.
    pub cors_origins: Vec<HeaderValue>,
    /// Alias or number of the shadow version, which scores the same texts for the metrics only.
    pub shadow: Option<String>,
    /// Capture of requests for later labelling.
    pub capture: Option<CaptureSettings>,
    /// Time between reloads of the model; `None` for no reloads.
    pub reload_interval: Option<Duration>,
    /// Whether requests are recorded as spans with the target [`SPAN_TARGET`](crate::SPAN_TARGET).
    pub spans: bool,
    /// Google Cloud project of the traces in the log.
    pub google_cloud_project: Option<String>,
    /// Counter of the lines that the log dropped, for the metrics.
    pub dropped_log_lines: Option<ErrorCounter>,
}

impl ServeSettings {
    /// The default settings on the addresses of a host.
    #[must_use]
    pub fn new(addresses: Vec<SocketAddr>) -> Self {
        Self {
            addresses,
            limits: Limits::default(),
            shutdown_delay: Duration::from_millis(DEFAULT_SHUTDOWN_DELAY_MS),
            drain: DEFAULT_DRAIN,
            max_connection_age: None,
            predict_route: None,
            health_route: None,
            load_timeout: Duration::from_millis(DEFAULT_LOAD_TIMEOUT_MS),
            keys: ApiKeys::default(),
            cors_origins: Vec::new(),
            shadow: None,
            capture: None,
            reload_interval: Some(Duration::from_millis(DEFAULT_RELOAD_INTERVAL_MS)),
            spans: false,
            google_cloud_project: None,
            dropped_log_lines: None,
        }
    }

    /// Name of a trace in the log: its resource name in a Google Cloud project, else the id.
    pub(crate) fn trace_name(&self, trace: &str) -> String {
        match &self.google_cloud_project {
            Some(project) => format!("projects/{project}/traces/{trace}"),
            None => trace.to_owned(),
        }
    }
}

/// Settings of the capture.
#[derive(Debug, Clone, PartialEq)]
pub struct CaptureSettings {
    /// File that predictions are appended to; labels go to `FILE.feedback` beside it.
    pub path: PathBuf,
    /// Fraction of the requests to capture, from 0 to 1.
    pub fraction: f64,
    /// Whether to capture the texts too, and not only ids, versions and probabilities.
    pub texts: bool,
    /// Size in bytes at which a file is renamed to `FILE.1`, replacing an earlier one.
    pub max_bytes: u64,
}

/// Limits on requests and connections; a problem names the limit and the setting that changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of UTF-8 in one text.
    pub max_text_bytes: usize,
    /// Bytes in a request's body.
    pub max_body_bytes: usize,
    /// Texts in one batch.
    pub max_batch_texts: usize,
    /// Texts that are scored at once, across all requests.
    pub max_concurrent_texts: usize,
    /// Texts that are queued, across all requests.
    pub max_queued_texts: usize,
    /// Time that a request may be queued.
    pub max_wait: Duration,
    /// Head timeout: time for a request's head, from the start of the connection or the previous
    /// response.
    pub header_timeout: Duration,
    /// Body timeout: time for a request's body.
    pub body_timeout: Duration,
    /// Open connections; for further ones the longest idle is closed, or they wait to be accepted.
    pub max_connections: usize,
    /// Bytes of request bodies and of unsent responses, across all connections; one connection may
    /// hold a quarter.
    pub max_bytes_in_flight: usize,
}

impl Limits {
    /// The default limits.
    pub const DEFAULT: Self = Self {
        max_text_bytes: 100_000,
        max_body_bytes: 1024 * 1024,
        max_batch_texts: 1000,
        max_concurrent_texts: 2000,
        max_queued_texts: 20_000,
        max_wait: Duration::from_secs(1),
        header_timeout: Duration::from_secs(30),
        body_timeout: Duration::from_secs(10),
        max_connections: 4096,
        max_bytes_in_flight: 64 * 1024 * 1024,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A time in whole milliseconds, the unit of logs and responses.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
