//! The signals that ask a process to end.

use std::io;

/// Starts to listen for the signals; the future completes on SIGTERM or SIGINT, elsewhere than on Unix on Ctrl-C.
///
/// A signal that arrives between the call and the first poll is not lost.
///
/// # Errors
///
/// When the system lets no handler be set.
///
/// # Panics
///
/// Outside a tokio runtime.
#[cfg(unix)]
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal = name, "asked to end");
    })
}

/// The future completes on Ctrl-C.
///
/// # Errors
///
/// Never on this platform: a handler that cannot be set is logged when the future is polled.
#[cfg(not(unix))]
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(error = &error as &dyn std::error::Error, "cannot listen to Ctrl-C");
            std::future::pending::<()>().await;
        }
    })
}
