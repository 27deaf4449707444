//! The signals that ask a process to end.

use std::io;

/// Completes on SIGTERM or SIGINT; elsewhere than on Unix, on Ctrl-C.
///
/// A signal that cannot be listened to is logged and never completes: the service runs on.
pub async fn shutdown_signal() {
    if let Err(error) = asked_to_end().await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "cannot listen to signals, only a kill ends the service"
        );
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn asked_to_end() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let name = tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    };
    tracing::info!(signal = name, "asked to end");
    Ok(())
}

#[cfg(not(unix))]
async fn asked_to_end() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
