//! State that all handlers share.

use std::sync::Arc;

use tokio::sync::watch;

use crate::error::ServeError;
use crate::http::open_connections::OpenConnections;
use crate::metrics::Metrics;
use crate::model::active::{ActiveModel, ModelSlot};
use crate::model::loader::ModelLoader;
use crate::model::source::ModelSource;
use crate::predict::admission::Admission;
use crate::predict::capture::Capture;
use crate::predict::shadow::Shadow;
use crate::problem::Problem;
use crate::readiness::{Readiness, ReadinessSender};
use crate::settings::{Limits, ServeSettings};

/// The model, the settings, the metrics and the readiness; a clone shares them.
#[derive(Debug, Clone)]
pub struct ServiceState(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    model_slot: ModelSlot,
    settings: ServeSettings,
    admission: Admission,
    connections: Arc<OpenConnections>,
    metrics: Arc<Metrics>,
    readiness: Arc<ReadinessSender>,
    shadow: Option<Shadow>,
    capture: Option<Capture>,
}

impl ServiceState {
    /// Loads the model, so that the service is ready.
    ///
    /// # Errors
    /// When the store lacks the version, the model file is damaged or cannot be run, or the capture
    /// file cannot be written.
    pub async fn open(settings: ServeSettings, source: ModelSource) -> Result<Self, ServeError> {
        let metrics = Arc::new(Metrics::new(settings.dropped_log_lines.clone()));
        let readiness = Arc::<ReadinessSender>::default();

        let loader = ModelLoader::new(source.clone(), settings.load_timeout);

        let shadow = match &settings.shadow {
            Some(selector) => {
                let source = source.with_selector(selector)?;
                let loader = ModelLoader::new(source, settings.load_timeout);
                Some(Shadow::start(loader, Arc::clone(&metrics.shadow)).await?)
            }
            None => None,
        };

        let model_slot = ModelSlot::new(loader, Arc::clone(&metrics), Arc::clone(&readiness));
        model_slot.reload().await?;

        let capture = settings
            .capture
            .as_ref()
            .map(|capture| Capture::start(capture, Arc::clone(&metrics.capture)));
        let capture = capture.transpose()?;

        let admission = Admission::new(&settings.limits, Arc::clone(&metrics.admission));

        let connections =
            OpenConnections::new(&settings.limits, metrics.http.bytes_in_flight.clone());

        Ok(Self(Arc::new(Shared {
            model_slot,
            settings,
            admission,
            connections,
            metrics,
            readiness,
            shadow,
            capture,
        })))
    }

    /// Name of the model.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.model_slot.name()
    }

    /// Number of the active version, if a model is loaded.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        self.0
            .model_slot
            .current()
            .map(|model| model.identity().version)
    }

    /// Makes the service report that it is not ready; it still serves requests.
    pub fn start_draining(&self) {
        self.0.readiness.start_draining();
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.0.readiness.now().is_draining
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.0.readiness.now().is_ready()
    }

    /// A receiver of changes of the readiness.
    pub(crate) fn readiness(&self) -> watch::Receiver<Readiness> {
        self.0.readiness.changes()
    }

    /// The active model; a request takes it once, so that all its predictions are by one version.
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

    pub(crate) fn connections(&self) -> &Arc<OpenConnections> {
        &self.0.connections
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
