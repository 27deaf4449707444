//! Flags of the limits of the service.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use relevance_serve::Limits;

use super::number::{at_least_one, whole_number};

/// Flags of the limits.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArguments {
    /// Maximum size of a text in UTF-8.
    #[arg(
        long,
        env = "RELEVANCE_MAX_TEXT_BYTES",
        value_name = "BYTES",
        default_value_t = Limits::DEFAULT.max_text_bytes,
        value_parser = at_least_one::<usize>
    )]
    max_text_bytes: usize,
    /// Maximum size of a request's body.
    #[arg(
        long,
        env = "RELEVANCE_MAX_BODY_BYTES",
        value_name = "BYTES",
        default_value_t = Limits::DEFAULT.max_body_bytes,
        value_parser = at_least_one::<usize>
    )]
    max_body_bytes: usize,
    /// Maximum number of texts in a batch.
    #[arg(
        long,
        env = "RELEVANCE_MAX_BATCH_TEXTS",
        value_name = "TEXTS",
        default_value_t = Limits::DEFAULT.max_batch_texts,
        value_parser = at_least_one::<usize>
    )]
    max_batch_texts: usize,
    /// Maximum number of texts that are scored at once, of all requests.
    #[arg(
        long,
        env = "RELEVANCE_MAX_CONCURRENT_TEXTS",
        value_name = "TEXTS",
        default_value_t = Limits::DEFAULT.max_concurrent_texts,
        value_parser = at_least_one::<usize>
    )]
    max_concurrent_texts: usize,
    /// Maximum number of texts that wait to be scored; further requests get status 429.
    #[arg(
        long,
        env = "RELEVANCE_MAX_QUEUED_TEXTS",
        value_name = "TEXTS",
        default_value_t = Limits::DEFAULT.max_queued_texts,
        value_parser = whole_number::<usize>
    )]
    max_queued_texts: usize,
    /// Maximum time that a request waits to be scored; after it the request gets status 503.
    #[arg(
        long,
        env = "RELEVANCE_MAX_WAIT_MS",
        value_name = "MS",
        default_value_t = Milliseconds(Limits::DEFAULT.max_wait)
    )]
    max_wait_ms: Milliseconds,
    /// Maximum time for a request's head, from the start of the connection or the previous response; after it the connection is
    /// closed.
    #[arg(
        long,
        env = "RELEVANCE_HEADER_TIMEOUT_MS",
        value_name = "MS",
        default_value_t = Milliseconds(Limits::DEFAULT.header_timeout)
    )]
    header_timeout_ms: Milliseconds,
    /// Maximum time for a request's body; after it the request gets status 408.
    #[arg(
        long,
        env = "RELEVANCE_BODY_TIMEOUT_MS",
        value_name = "MS",
        default_value_t = Milliseconds(Limits::DEFAULT.body_timeout)
    )]
    body_timeout_ms: Milliseconds,
    /// Maximum number of open connections; for further ones the longest idle is closed, or they wait to be accepted.
    #[arg(
        long,
        env = "RELEVANCE_MAX_CONNECTIONS",
        value_name = "NUMBER",
        default_value_t = Limits::DEFAULT.max_connections,
        value_parser = at_least_one::<usize>
    )]
    max_connections: usize,
    /// Age at which a connection ends once its open requests are finished, so that clients find new instances; 0 for none. It
    /// differs by up to 10 % between connections.
    #[arg(
        long,
        env = "RELEVANCE_MAX_CONNECTION_AGE_MS",
        value_name = "MS",
        default_value_t = 0,
        value_parser = whole_number::<u64>
    )]
    max_connection_age_ms: u64,
    /// Maximum size of request bodies and unsent responses, of all requests; further requests get status 429. One connection may
    /// hold a quarter.
    #[arg(
        long,
        env = "RELEVANCE_MAX_BYTES_IN_FLIGHT",
        value_name = "BYTES",
        default_value_t = Limits::DEFAULT.max_bytes_in_flight,
        value_parser = whole_number::<usize>
    )]
    max_bytes_in_flight: usize,
}

impl LimitArguments {
    /// Maximum age of a connection.
    pub fn max_connection_age(&self) -> Option<Duration> {
        let age = Duration::from_millis(self.max_connection_age_ms);
        Some(age).filter(|age| !age.is_zero())
    }

    pub const fn limits(&self) -> Limits {
        Limits {
            max_text_bytes: self.max_text_bytes,
            max_body_bytes: self.max_body_bytes,
            max_batch_texts: self.max_batch_texts,
            max_concurrent_texts: self.max_concurrent_texts,
            max_queued_texts: self.max_queued_texts,
            max_wait: self.max_wait_ms.0,
            header_timeout: self.header_timeout_ms.0,
            body_timeout: self.body_timeout_ms.0,
            max_connections: self.max_connections,
            max_bytes_in_flight: self.max_bytes_in_flight,
        }
    }
}

/// A duration as a flag takes it, at least 1 ms.
#[derive(Clone, Copy, Debug)]
struct Milliseconds(Duration);

impl fmt::Display for Milliseconds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_millis().fmt(formatter)
    }
}

impl FromStr for Milliseconds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        at_least_one(text).map(|milliseconds| Self(Duration::from_millis(milliseconds)))
    }
}
