//! What every handler shares.

use std::sync::Arc;

use tokio::sync::watch;

use crate::error::ServeError;
use crate::metrics::Metrics;
use crate::model::active::{ActiveModel, ModelSlot};
use crate::model::loaded::ModelSource;
use crate::predict::admission::Admission;
use crate::predict::capture::Capture;
use crate::predict::shadow::Shadow;
use crate::problem::Problem;
use crate::readiness::{Readiness, ReadinessSender};
use crate::settings::{Limits, ServeSettings};

/// The model, the limits, the metrics and whether the service is ending; a clone shares them.
#[derive(Debug, Clone)]
pub struct ServiceState(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    model_slot: ModelSlot,
    settings: ServeSettings,
    admission: Admission,
    metrics: Arc<Metrics>,
    readiness: Arc<ReadinessSender>,
    shadow: Option<Shadow>,
    capture: Option<Capture>,
}

impl ServiceState {
    /// Loads the model; the service is ready to answer then.
    ///
    /// # Errors
    /// When the store has no such version, its file is damaged or cannot be run, or the capture's file cannot be written.
    pub async fn open(settings: ServeSettings, source: ModelSource) -> Result<Self, ServeError> {
        let metrics = Arc::new(Metrics::new());
        let readiness = Arc::<ReadinessSender>::default();
        let shadow = match &settings.shadow {
            Some(selector) => {
                let source = ModelSource {
                    selector: selector.clone(),
                    ..source.clone()
                };
                Some(Shadow::start(source, Arc::clone(&metrics.shadow)).await?)
            }
            None => None,
        };
        let model_slot = ModelSlot::new(source, Arc::clone(&metrics), Arc::clone(&readiness));
        model_slot.reload().await?;
        let capture = settings
            .capture
            .as_ref()
            .map(|capture| Capture::start(capture, Arc::clone(&metrics.capture)));
        let capture = capture.transpose()?;
        let admission = Admission::new(&settings.limits, Arc::clone(&metrics.admission));
        Ok(Self(Arc::new(Shared {
            model_slot,
            settings,
            admission,
            metrics,
            readiness,
            shadow,
            capture,
        })))
    }

    /// The number of the version that answers, if one does.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        self.0
            .model_slot
            .current()
            .map(|model| model.manifest().version)
    }

    /// From now on the service says that it is not ready; it still answers.
    pub fn start_draining(&self) {
        self.0.readiness.start_draining();
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.0.readiness.now().is_draining
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.0.readiness.now().is_ready()
    }

    /// Whether the service takes requests, as it changes.
    pub(crate) fn readiness(&self) -> watch::Receiver<Readiness> {
        self.0.readiness.changes()
    }

    /// The version that answers; a request takes it once, so that its answer is of one version.
    pub(crate) fn active_model(&self) -> Result<Arc<ActiveModel>, Problem> {
        self.0.model_slot.current().ok_or(Problem::NoModel)
    }

    pub(crate) fn model_slot(&self) -> &ModelSlot {
        &self.0.model_slot
    }

    pub(crate) fn settings(&self) -> &ServeSettings {
        &self.0.settings
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.settings.limits
    }

    pub(crate) fn admission(&self) -> &Admission {
        &self.0.admission
    }

    pub(crate) fn shadow(&self) -> Option<&Shadow> {
        self.0.shadow.as_ref()
    }

    pub(crate) fn capture(&self) -> Option<&Capture> {
        self.0.capture.as_ref()
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }
}
