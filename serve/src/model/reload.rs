//! Following the store: the alias may come to name another version.

use std::time::Duration;

use crate::state::ServiceState;

/// Looks at the store every so often, and whenever `asked` says so, for as long as it is polled.
pub(crate) async fn reload_periodically(
    state: ServiceState,
    every: Option<Duration>,
    mut asked: crate::signal::Hangups,
) {
    loop {
        let is_asked = tokio::select! {
            () = pause(every) => false,
            () = asked.recv() => true,
        };
        if is_asked {
            tracing::info!("asked to look for another version");
        }
        // What an operator unloaded stays so until an operator asks for it.
        let follows = is_asked || state.version().is_some();
        if follows && let Err(error) = state.model_slot().reload().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "cannot change the model, the old one stays"
            );
        }
        if let Some(shadow) = state.shadow()
            && let Err(error) = shadow.reload().await
        {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "cannot change the shadow, the old one stays"
            );
        }
    }
}

/// Never ends without a time.
async fn pause(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}
