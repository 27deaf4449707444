//! The async runtime of the store's calls and of the service.

use anyhow::Context as _;

/// Starts the runtime.
pub fn start() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")
}
