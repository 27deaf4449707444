//! Errors that keep the service from starting, or end it.

use std::io;

use relevance_models::StoreError;
use relevance_runtime::RuntimeError;

/// Why the service cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The store has no such version, or it is damaged.
    #[error("cannot read the model `{name}` from the store `{location}`")]
    Store {
        /// The model's name.
        name: String,
        /// The store's location.
        location: String,
        /// The error of the store.
        #[source]
        source: Box<StoreError>,
    },
    /// The model file cannot be run.
    #[error("cannot load version {version} of the model `{name}`")]
    Model {
        /// The model's name.
        name: String,
        /// The model's version.
        version: u64,
        /// The error of the runtime.
        #[source]
        source: RuntimeError,
    },
    /// Loading the model panicked.
    #[error("loading the model panicked: {0}")]
    Panicked(String),
    /// The capture file cannot be written.
    #[error("cannot write the capture file `{}`", path.display())]
    Capture {
        /// The file.
        path: std::path::PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// Loading did not finish in time.
    #[error(
        "the model `{name}` was not loaded from the store `{location}` within {timeout_ms} ms; \
         change the time with `--load-timeout-ms` or RELEVANCE_LOAD_TIMEOUT_MS"
    )]
    LoadTimeout {
        /// The model's name.
        name: String,
        /// The store's location.
        location: String,
        /// The timeout in milliseconds.
        timeout_ms: u64,
    },
    /// Earlier loads hang.
    #[error(
        "{loads} loads of the model `{name}` from the store `{location}` still hang; \
         the next one begins when one of them ends"
    )]
    LoadsHang {
        /// The model's name.
        name: String,
        /// The store's location.
        location: String,
        /// Number of loads that hang.
        loads: usize,
    },
    /// Listing the versions did not finish in time.
    #[error(
        "the versions of the model `{name}` in the store `{location}` were not listed within \
         {timeout_ms} ms; change the time with `--load-timeout-ms` or RELEVANCE_LOAD_TIMEOUT_MS"
    )]
    ListTimeout {
        /// The model's name.
        name: String,
        /// The store's location.
        location: String,
        /// The timeout in milliseconds.
        timeout_ms: u64,
    },
    /// Earlier listings hang.
    #[error(
        "{listings} listings of the model `{name}` in the store `{location}` still hang; \
         the next one begins when one of them ends"
    )]
    ListingsHang {
        /// The model's name.
        name: String,
        /// The store's location.
        location: String,
        /// Number of listings that hang.
        listings: usize,
    },
    /// The socket failed.
    #[error("the server's socket failed")]
    Socket(#[source] io::Error),
}
