//! What an operator can set.

use std::net::SocketAddr;
use std::time::Duration;

/// Bytes of UTF-8 that a text may have unless the operator says otherwise.
pub const DEFAULT_MAX_TEXT_BYTES: usize = 100_000;
/// Bytes that a request's body may have unless the operator says otherwise.
pub const DEFAULT_MAX_BODY_BYTES: usize = 1024 * 1024;
/// Texts that a batch may have unless the operator says otherwise.
pub const DEFAULT_MAX_BATCH_TEXTS: usize = 1000;
/// How long open requests may go on after the signal, so that the process has ended within 8 seconds; platforms kill after 10.
pub const DEFAULT_DRAIN: Duration = Duration::from_secs(7);

/// How the service runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeSettings {
    /// Where the service listens.
    pub address: SocketAddr,
    /// What a request may weigh.
    pub limits: Limits,
    /// How long open requests may go on after the signal before their connections are cut.
    pub drain: Duration,
}

impl ServeSettings {
    /// The defaults, on an address.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self { address, limits: Limits::default(), drain: DEFAULT_DRAIN }
    }
}

/// What a request may weigh; a request over a limit is told its name and the setting that moves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of UTF-8 in one text; `--max-text-bytes`, `RELEVANCE_MAX_TEXT_BYTES`.
    pub max_text_bytes: usize,
    /// Bytes in a request's body; `--max-body-bytes`, `RELEVANCE_MAX_BODY_BYTES`.
    pub max_body_bytes: usize,
    /// Texts in one batch; `--max-batch-texts`, `RELEVANCE_MAX_BATCH_TEXTS`.
    pub max_batch_texts: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_text_bytes: DEFAULT_MAX_TEXT_BYTES,
            max_body_bytes: DEFAULT_MAX_BODY_BYTES,
            max_batch_texts: DEFAULT_MAX_BATCH_TEXTS,
        }
    }
}
