//! What every handler shares.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Limits, LoadedModel};

/// The model, the limits and whether the service is ending; a clone shares them.
#[derive(Debug, Clone)]
pub struct ServiceState(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    model: LoadedModel,
    limits: Limits,
    draining: AtomicBool,
}

impl ServiceState {
    /// A service that is ready.
    #[must_use]
    pub fn new(limits: Limits, model: LoadedModel) -> Self {
        Self(Arc::new(Shared { model, limits, draining: AtomicBool::new(false) }))
    }

    /// From now on the service says that it is not ready; it still answers.
    pub fn start_draining(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_ready(&self) -> bool {
        !self.0.draining.load(Ordering::Relaxed)
    }

    pub(crate) fn model(&self) -> &LoadedModel {
        &self.0.model
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }
}
