//! Following the store: the alias may come to name another version.

use std::time::Duration;

use crate::ServiceState;
use crate::served::Reload;

/// Looks at the store every so often, and whenever `asked` says so, for as long as it is polled.
pub(crate) async fn follow(state: ServiceState, every: Option<Duration>, mut asked: crate::signal::Hangups) {
    loop {
        tokio::select! {
            () = pause(every) => {}
            () = asked.recv() => tracing::info!("asked to look for another version"),
        }
        match state.served().reload().await {
            Ok(Reload::Swapped(_) | Reload::Unchanged(_)) => {}
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "cannot change the model, the old one stays");
            }
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
