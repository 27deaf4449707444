//! The service on a socket, from start to shutdown.

use std::time::Duration;

use tokio::net::TcpListener;

use crate::error::ServeError;
use crate::http::connections::Connections;
use crate::model::reload::reload_periodically;
use crate::settings::millis;
use crate::signal::Hangups;
use crate::state::ServiceState;

/// Time after the shutdown signal in which new connections are accepted, until load balancers
/// notice the readiness.
const ACCEPT_AFTER_SHUTDOWN: Duration = Duration::from_millis(500);

/// Serves HTTP/1 and HTTP/2 (without TLS) until `shutdown` completes.
///
/// Then readiness turns 503, and each HTTP/1 response closes its connection, so that no client
/// loses a request on a connection that it would use again. Half a second later it accepts no more
/// connections, closes idle ones and waits for open requests; after the settings' `drain` it
/// returns even if some have not finished.
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
    let _ = tokio::time::timeout(
        ACCEPT_AFTER_SHUTDOWN.min(drain),
        connections.accept(&listener),
    )
    .await;
    let _ = tokio::time::timeout_at(end, connections.accept_waiting(&listener)).await;
    drop(listener);
    tracing::info!(drain_ms = millis(drain), "no longer accepting connections");

    if tokio::time::timeout_at(end, connections.finish())
        .await
        .is_err()
    {
        tracing::warn!(
            drain_ms = millis(drain),
            "some requests did not finish in time, closing their connections"
        );
    }

    Ok(())
}
