//! What an operator can set.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderValue;

use crate::http::api_keys::ApiKeys;

/// How long open requests may go on after the signal, so that the process has ended within 8 seconds; platforms kill after 10.
pub const DEFAULT_DRAIN: Duration = Duration::from_secs(7);

/// Milliseconds between looks at the store for another version, unless the operator says otherwise.
pub const DEFAULT_RELOAD_INTERVAL_MS: u64 = 30_000;

/// How the service runs.
#[derive(Debug, Clone, PartialEq)]
pub struct ServeSettings {
    /// Where the service listens.
    pub address: SocketAddr,
    /// What a request may weigh and how long it may take.
    pub limits: Limits,
    /// How long open requests may go on after the signal before their connections are cut.
    pub drain: Duration,
    /// Who may ask.
    pub keys: ApiKeys,
    /// Origins whose pages may ask from a browser, besides the service's own; `*` for all.
    pub cors_origins: Vec<HeaderValue>,
    /// An alias or a version that scores what is asked, and is never answered.
    pub shadow: Option<String>,
    /// What is kept for later labelling.
    pub capture: Option<CaptureSettings>,
    /// How often the store is asked whether the alias names another version; never without a time.
    pub reload_interval: Option<Duration>,
    /// Whether requests are spans, which a subscriber of [`SPAN_TARGET`](crate::SPAN_TARGET) collects.
    pub spans: bool,
    /// The Google Cloud project whose traces the log names.
    pub google_cloud_project: Option<String>,
}

impl ServeSettings {
    /// The defaults, on an address.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            limits: Limits::default(),
            drain: DEFAULT_DRAIN,
            keys: ApiKeys::default(),
            cors_origins: Vec::new(),
            shadow: None,
            capture: None,
            reload_interval: Some(Duration::from_millis(DEFAULT_RELOAD_INTERVAL_MS)),
            spans: false,
            google_cloud_project: None,
        }
    }

    /// The name of a trace in the log: in a project of Google Cloud its resource name, else the bare id.
    pub(crate) fn trace_name(&self, trace: &str) -> String {
        match &self.google_cloud_project {
            Some(project) => format!("projects/{project}/traces/{trace}"),
            None => trace.to_owned(),
        }
    }
}

/// What is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct CaptureSettings {
    /// The file; lines are added to it.
    pub path: PathBuf,
    /// Fraction of the requests that is kept, from 0 to 1.
    pub fraction: f64,
    /// Whether the texts are kept too; without them there is nothing but ids, versions and probabilities.
    pub texts: bool,
    /// Bytes after which the file becomes `PATH.1`, in place of the one before, and a new one is begun.
    pub max_bytes: u64,
}

/// What a request may weigh and how long it may take; a request over a limit is told its name and the setting that moves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of UTF-8 in one text; `--max-text-bytes`, `RELEVANCE_MAX_TEXT_BYTES`.
    pub max_text_bytes: usize,
    /// Bytes in a request's body; `--max-body-bytes`, `RELEVANCE_MAX_BODY_BYTES`.
    pub max_body_bytes: usize,
    /// Texts in one batch; `--max-batch-texts`, `RELEVANCE_MAX_BATCH_TEXTS`.
    pub max_batch_texts: usize,
    /// Texts that are scored at once, of all requests; `--max-concurrent-texts`, `RELEVANCE_MAX_CONCURRENT_TEXTS`.
    pub max_concurrent_texts: usize,
    /// Texts that wait for their turn; `--max-queued-texts`, `RELEVANCE_MAX_QUEUED_TEXTS`.
    pub max_queued_texts: usize,
    /// Time that a request waits for its turn; `--max-wait-ms`, `RELEVANCE_MAX_WAIT_MS`.
    pub max_wait: Duration,
    /// Time for a request's head, from the connection's beginning or the answer before; `--header-timeout-ms`,
    /// `RELEVANCE_HEADER_TIMEOUT_MS`.
    pub header_timeout: Duration,
    /// Time for a request's body; `--body-timeout-ms`, `RELEVANCE_BODY_TIMEOUT_MS`.
    pub body_timeout: Duration,
    /// Open connections; others wait to be accepted; `--max-connections`, `RELEVANCE_MAX_CONNECTIONS`.
    pub max_connections: usize,
}

impl Limits {
    /// What holds unless the operator says otherwise.
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
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A time in the unit of logs and answers.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
