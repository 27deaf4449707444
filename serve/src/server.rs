//! The service on a socket, from start to shutdown.

use tokio::net::TcpListener;

use crate::error::ServeError;
use crate::http::connections::Connections;
use crate::model::reload::reload_periodically;
use crate::settings::millis;
use crate::signal::Hangups;
use crate::state::ServiceState;

/// Serves HTTP/1 and HTTP/2 (without TLS) until `shutdown` completes.
///
/// Then readiness turns 503, and each HTTP/1 response closes its connection, so that no client
/// loses a request on a connection that it would use again. After the settings' `shutdown_delay` it
/// accepts no more connections, closes idle ones and waits for open requests; after `drain` it
/// returns even if some have not finished. `hangups` request reloads.
///
/// # Errors
///
/// When the socket fails.
pub async fn serve(
    listener: TcpListener,
    state: ServiceState,
    hangups: Hangups,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = listener.local_addr().map_err(ServeError::Socket)?;
    let drain = state.settings().drain;
    let delay = state.settings().shutdown_delay;
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

    tracing::info!(
        delay_ms = millis(delay),
        "not ready, still accepting connections"
    );
    let _ = tokio::time::timeout(delay, connections.accept(&listener)).await;

    let end = tokio::time::Instant::now() + drain;
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
