//! The service on a socket, from the first connection to the last.

use std::time::Duration;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{LoadedModel, ServeError, ServeSettings, ServiceState, router};

/// Serves HTTP/1 and HTTP/2 (without TLS) until `shutdown` completes.
///
/// Then readiness turns 503, no connection is accepted, idle ones are closed and open requests finish; after
/// `settings.drain` it returns even if some did not.
///
/// # Errors
///
/// When the socket fails.
pub async fn serve(
    settings: ServeSettings,
    listener: TcpListener,
    model: LoadedModel,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = listener.local_addr().map_err(ServeError::Socket)?;
    let state = ServiceState::new(settings.limits, model);
    let (draining, drained) = oneshot::channel();
    let service = router(state.clone());
    let signal = async move {
        shutdown.await;
        state.start_draining();
        tracing::info!(drain_ms = millis(settings.drain), "no longer accepting connections");
        // The receiver is gone only when the server has ended already.
        let _ = draining.send(());
    };
    let server = axum::serve(listener.tap_io(without_delay), service).with_graceful_shutdown(signal);
    tracing::info!(%address, "listening");
    tokio::select! {
        result = server.into_future() => result.map_err(ServeError::Socket),
        () = elapse(drained, settings.drain) => {
            tracing::warn!(drain_ms = millis(settings.drain), "some requests did not finish in time, cutting them off");
            Ok(())
        }
    }
}

/// Small answers leave at once instead of waiting for more.
fn without_delay(stream: &mut tokio::net::TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(error = &error as &dyn std::error::Error, "cannot set TCP_NODELAY");
    }
}

/// Completes `drain` after the signal.
async fn elapse(drained: oneshot::Receiver<()>, drain: Duration) {
    match drained.await {
        Ok(()) => tokio::time::sleep(drain).await,
        Err(_) => std::future::pending().await,
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
