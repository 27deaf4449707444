//! The service on a socket, from the first connection to the last.

use std::time::Duration;

use tokio::net::TcpListener;

use crate::error::ServeError;
use crate::http::connections::Connections;
use crate::model::reload::reload_periodically;
use crate::settings::millis;
use crate::signal::Hangups;
use crate::state::ServiceState;

/// How long new connections are still taken after the signal: until whoever sends requests has seen that the service ends.
const FAREWELL: Duration = Duration::from_millis(500);

/// Serves HTTP/1 and HTTP/2 (without TLS) until `shutdown` completes.
///
/// Then readiness turns 503 and each answer over HTTP/1 closes its connection, so that no client loses a request on a
/// connection that it means to use again. After half a second no connection is accepted, idle ones are closed and open
/// requests finish; after the settings' `drain` it returns even if some did not.
///
/// # Errors
///
/// When the socket fails.
pub async fn serve(
    listener: TcpListener,
    state: ServiceState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = listener.local_addr().map_err(ServeError::Socket)?;
    let drain = state.settings().drain;
    let hangups = Hangups::listen().map_err(ServeError::Signal)?;
    let reloads = tokio::spawn(reload_periodically(
        state.clone(),
        state.settings().reload_interval,
        hangups,
    ));
    let connections = Connections::new(&state);
    tracing::info!(%address, "listening");
    tokio::select! {
        never = connections.accept(&listener) => match never {},
        () = shutdown => {}
    }
    state.start_draining();
    reloads.abort();
    let end = tokio::time::Instant::now() + drain;
    let _ = tokio::time::timeout(FAREWELL.min(drain), connections.accept(&listener)).await;
    let _ = tokio::time::timeout_at(end, connections.accept_waiting(&listener)).await;
    drop(listener);
    tracing::info!(drain_ms = millis(drain), "no longer accepting connections");
    if tokio::time::timeout_at(end, connections.finish())
        .await
        .is_err()
    {
        tracing::warn!(
            drain_ms = millis(drain),
            "some requests did not finish in time, cutting them off"
        );
    }
    Ok(())
}
