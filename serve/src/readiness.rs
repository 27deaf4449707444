//! Readiness: whether the service takes requests, with notification of changes.

use tokio::sync::watch;

/// State that the service's readiness depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Readiness {
    /// A model is active.
    pub(crate) is_loaded: bool,
    /// The service is shutting down.
    pub(crate) is_draining: bool,
}

/// Holds the readiness and notifies of its changes.
#[derive(Debug, Default)]
pub(crate) struct ReadinessSender(watch::Sender<Readiness>);

impl Readiness {
    /// Whether the service takes requests.
    pub(crate) const fn is_ready(self) -> bool {
        self.is_loaded && !self.is_draining
    }
}

impl ReadinessSender {
    /// The current readiness.
    pub(crate) fn now(&self) -> Readiness {
        *self.0.borrow()
    }

    /// A receiver of changes.
    pub(crate) fn changes(&self) -> watch::Receiver<Readiness> {
        self.0.subscribe()
    }

    /// Records whether a model is active.
    pub(crate) fn set_loaded(&self, is_loaded: bool) {
        self.0.send_if_modified(|readiness| {
            std::mem::replace(&mut readiness.is_loaded, is_loaded) != is_loaded
        });
    }

    /// Records that the service is shutting down.
    pub(crate) fn start_draining(&self) {
        self.0
            .send_if_modified(|readiness| !std::mem::replace(&mut readiness.is_draining, true));
    }
}
