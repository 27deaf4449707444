//! Whether the service takes requests, for those who ask and those who wait for a change.

use tokio::sync::watch;

/// What the service's readiness depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Readiness {
    /// A model answers.
    pub(crate) is_loaded: bool,
    /// The service was asked to end.
    pub(crate) is_draining: bool,
}

/// Where the readiness is kept.
#[derive(Debug, Default)]
pub(crate) struct ReadinessSender(watch::Sender<Readiness>);

impl Readiness {
    pub(crate) const fn is_ready(self) -> bool {
        self.is_loaded && !self.is_draining
    }
}

impl ReadinessSender {
    /// The readiness as it is now.
    pub(crate) fn now(&self) -> Readiness {
        *self.0.borrow()
    }

    /// The readiness as it changes.
    pub(crate) fn changes(&self) -> watch::Receiver<Readiness> {
        self.0.subscribe()
    }

    pub(crate) fn set_loaded(&self, is_loaded: bool) {
        self.0.send_if_modified(|readiness| {
            std::mem::replace(&mut readiness.is_loaded, is_loaded) != is_loaded
        });
    }

    pub(crate) fn start_draining(&self) {
        self.0
            .send_if_modified(|readiness| !std::mem::replace(&mut readiness.is_draining, true));
    }
}
