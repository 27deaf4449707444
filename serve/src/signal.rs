//! Signals: shutdown and reload.

use std::io;

/// Starts to listen for shutdown signals; the future completes on SIGTERM or SIGINT, or on Ctrl-C
/// outside Unix.
///
/// A signal that arrives between the call and the first poll is not lost.
///
/// # Errors
///
/// When the handler cannot be set.
///
/// # Panics
///
/// Outside a tokio runtime.
#[cfg(unix)]
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );

    Ok(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal = name, "received a shutdown signal");
    })
}

/// Receives SIGHUP, which requests a reload.
#[cfg(unix)]
#[derive(Debug)]
pub struct Hangups(tokio::signal::unix::Signal);

#[cfg(unix)]
impl Hangups {
    /// Starts to listen: the signal no longer ends the process, and one that arrives before the
    /// first `recv` is not lost.
    ///
    /// # Errors
    ///
    /// When the handler cannot be set.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn listen() -> io::Result<Self> {
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).map(Self)
    }

    /// Completes when the signal arrives.
    pub(crate) async fn recv(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// No SIGHUP on this platform.
#[cfg(not(unix))]
#[derive(Debug)]
pub struct Hangups;

#[cfg(not(unix))]
impl Hangups {
    /// Starts to listen.
    ///
    /// # Errors
    ///
    /// Never on this platform.
    pub fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// Never completes.
    pub(crate) async fn recv(&mut self) {
        std::future::pending().await
    }
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
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "cannot listen for Ctrl-C"
            );
            std::future::pending::<()>().await;
        }
    })
}
