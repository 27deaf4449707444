//! Why the service cannot start or go on.

use std::io;

use relevance_models::StoreError;
use relevance_runtime::RuntimeError;

/// What keeps the service from starting, or ends it.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The store has no such version, or it is damaged.
    #[error("cannot read the model `{name}` from the store `{location}`")]
    Store {
        /// The model's name.
        name: String,
        /// The store's location.
        location: String,
        /// What the store said.
        #[source]
        source: Box<StoreError>,
    },
    /// The model's file cannot be run.
    #[error("cannot load version {version} of the model `{name}`")]
    Model {
        /// The model's name.
        name: String,
        /// The model's version.
        version: u64,
        /// What the runtime said.
        #[source]
        source: RuntimeError,
    },
    /// Loading the model ended in a bug.
    #[error("loading the model panicked: {0}")]
    Panicked(String),
    /// What is captured cannot be written.
    #[error("cannot write what is captured to `{}`", path.display())]
    Capture {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
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
