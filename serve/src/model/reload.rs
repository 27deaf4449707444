//! Reloads: the alias may be moved to another version.

use std::time::Duration;

use crate::state::ServiceState;

/// Reloads the active model and the shadow at an interval and on SIGHUP, for as long as it is
/// polled.
pub(crate) async fn reload_periodically(
    state: ServiceState,
    interval: Option<Duration>,
    mut hangups: crate::signal::Hangups,
) {
    loop {
        let is_requested = tokio::select! {
            () = pause(interval) => false,
            () = hangups.recv() => true,
        };
        if is_requested {
            tracing::info!("received SIGHUP, reloading the model");
        }

        // A model that an operator unloaded stays so until an operator requests a reload.
        let is_due = is_requested || state.version().is_some();
        if is_due && let Err(error) = state.model_slot().reload().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "cannot reload the model, the active version stays"
            );
        }

        if let Some(shadow) = state.shadow()
            && let Err(error) = shadow.reload().await
        {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "cannot reload the shadow, its version stays"
            );
        }
    }
}

/// Sleeps, or waits forever without a time.
async fn pause(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}
