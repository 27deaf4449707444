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
    /// A lone model file cannot be read.
    #[error("cannot read the model file `{location}`")]
    UnreadableFile {
        /// The file's path or URL.
        location: String,
        /// The error of the reader.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A lone model file cannot be run.
    #[error("cannot load the model file `{location}`")]
    InvalidFile {
        /// The file's path or URL.
        location: String,
        /// The error of the runtime.
        #[source]
        source: RuntimeError,
    },
    /// The model of a lone file has no usable name.
    #[error(
        "the model file `{location}` cannot be served by its name: choose another with `--name`"
    )]
    FileName {
        /// The file's path or URL.
        location: String,
        /// The rule for names.
        #[source]
        source: Box<StoreError>,
    },
    /// A lone model file was replaced by one with another model.
    #[error(
        "the file has the model `{got}`, and the service serves `{served}`: \
         restart the service, or start it with `--name` for a name that stays"
    )]
    OtherName {
        /// The name in the file.
        got: String,
        /// The name that the service started with.
        served: String,
    },
    /// A lone model file cannot have a shadow.
    #[error("a lone model file has no other version, which could be its shadow")]
    NoShadow,
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
        "{model} was not loaded within {timeout_ms} ms; \
         change the time with `--load-timeout-ms` or RELEVANCE_LOAD_TIMEOUT_MS"
    )]
    LoadTimeout {
        /// The model and its location.
        model: String,
        /// The timeout in milliseconds.
        timeout_ms: u64,
    },
    /// Earlier loads hang.
    #[error("{loads} loads of {model} still hang; the next one begins when one of them ends")]
    LoadsHang {
        /// The model and its location.
        model: String,
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
