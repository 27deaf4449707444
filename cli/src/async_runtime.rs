//! Async runtime for calls of the store and for the service.

use anyhow::Context as _;

/// Starts a runtime on many threads.
pub fn start() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")
}
