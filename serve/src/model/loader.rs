//! Loads that end in time, though a store may never respond.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::error::ServeError;
use crate::model::loaded::{LoadedModel, ModelSource};
use crate::settings::millis;

/// Limit of the loads that hang: each holds a thread until the store responds.
const MAX_HANGING: usize = 8;

/// Loads versions from a source, each within a timeout.
#[derive(Debug)]
pub(crate) struct ModelLoader {
    source: ModelSource,
    timeout: Duration,
    /// Loads that did not end in time.
    hanging: Mutex<Vec<JoinHandle<()>>>,
}

impl ModelLoader {
    /// A loader from a source.
    pub(crate) const fn new(source: ModelSource, timeout: Duration) -> Self {
        Self {
            source,
            timeout,
            hanging: Mutex::new(Vec::new()),
        }
    }

    /// The source.
    pub(crate) const fn source(&self) -> &ModelSource {
        &self.source
    }

    /// Loads the version that the source names, unless it is `version`.
    ///
    /// # Errors
    /// When the load fails or takes longer than the timeout, or too many earlier ones hang.
    pub(crate) async fn load_other_than(
        &self,
        version: Option<u64>,
    ) -> Result<Option<LoadedModel>, ServeError> {
        self.check_hanging()?;

        let (sender, receiver) = tokio::sync::oneshot::channel();
        let source = self.source.clone();
        let load = tokio::spawn(async move {
            let _ = sender.send(source.load_other_than(version).await);
        });

        match tokio::time::timeout(self.timeout, receiver).await {
            Ok(Ok(loaded)) => loaded,
            Ok(Err(_)) => Err(ServeError::Panicked("the task ended early".to_owned())),
            Err(_) => {
                self.lock().push(load);
                Err(ServeError::LoadTimeout {
                    name: self.source.name.clone(),
                    location: self.source.store.location().to_owned(),
                    timeout_ms: millis(self.timeout),
                })
            }
        }
    }

    fn check_hanging(&self) -> Result<(), ServeError> {
        let mut hanging = self.lock();
        hanging.retain(|load| !load.is_finished());

        if hanging.len() < MAX_HANGING {
            return Ok(());
        }
        Err(ServeError::LoadsHang {
            name: self.source.name.clone(),
            location: self.source.store.location().to_owned(),
            loads: hanging.len(),
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.hanging.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
