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
    /// No signal handler can be set.
    #[error("cannot listen for SIGHUP")]
    Signal(#[source] io::Error),
    /// The socket failed.
    #[error("the server's socket failed")]
    Socket(#[source] io::Error),
}
