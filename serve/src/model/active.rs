//! The active model, and how a reload swaps it.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use relevance_models::Manifest;
use tokio::sync::Mutex;

use crate::error::ServeError;
use crate::metrics::{Metrics, ModelMetrics, Outcome};
use crate::model::loaded::{LoadedModel, ModelSource};
use crate::model::loader::ModelLoader;
use crate::readiness::ReadinessSender;

/// The version that serves requests, with its metrics.
#[derive(Debug)]
pub(crate) struct ActiveModel {
    loaded: LoadedModel,
    metrics: ModelMetrics,
}

/// Slot for the active model; a request keeps the version that it began with.
#[derive(Debug)]
pub(crate) struct ModelSlot {
    loader: ModelLoader,
    current: ArcSwapOption<ActiveModel>,
    /// The version that was active before; the lock serialises changes of the model.
    previous: Mutex<Option<Manifest>>,
    metrics: Arc<Metrics>,
    readiness: Arc<ReadinessSender>,
}

/// Result of a reload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reload {
    /// Another version is active now.
    Swapped,
    /// The same version stays active, since the store names no other.
    Unchanged,
}

impl std::ops::Deref for ActiveModel {
    type Target = LoadedModel;

    fn deref(&self) -> &LoadedModel {
        &self.loaded
    }
}

impl ActiveModel {
    /// The metrics of the version.
    pub(crate) const fn metrics(&self) -> &ModelMetrics {
        &self.metrics
    }
}

impl ModelSlot {
    /// An empty slot.
    pub(crate) fn new(
        loader: ModelLoader,
        metrics: Arc<Metrics>,
        readiness: Arc<ReadinessSender>,
    ) -> Self {
        Self {
            loader,
            current: ArcSwapOption::empty(),
            previous: Mutex::new(None),
            metrics,
            readiness,
        }
    }

    /// Loader of the model.
    pub(crate) const fn loader(&self) -> &ModelLoader {
        &self.loader
    }

    /// Source of the model.
    pub(crate) const fn source(&self) -> &ModelSource {
        self.loader.source()
    }

    /// The active model, unless it was unloaded.
    pub(crate) fn current(&self) -> Option<Arc<ActiveModel>> {
        self.current.load_full()
    }

    /// Loads and activates the version that the store names, if it is another; after a failure the
    /// old one stays.
    pub(crate) async fn reload(&self) -> Result<Reload, ServeError> {
        let mut previous = self.previous.lock().await;
        let result = self.try_reload(&mut previous).await;

        self.metrics.reloads.count(match result {
            Ok(Reload::Swapped) => Outcome::Swapped,
            Ok(Reload::Unchanged) => Outcome::Unchanged,
            Err(_) => Outcome::Failed,
        });

        result
    }

    /// Empties the slot until the next reload.
    pub(crate) async fn unload(&self) {
        let mut previous = self.previous.lock().await;
        if let Some(model) = self.current.swap(None) {
            self.readiness.set_loaded(false);
            tracing::info!(
                model = model.manifest().name,
                version = model.manifest().version,
                "unloaded the model"
            );
            self.retire(&mut previous, model.manifest());
        }
    }

    async fn try_reload(&self, previous: &mut Option<Manifest>) -> Result<Reload, ServeError> {
        let current = self.current().map(|current| current.manifest().version);
        let Some(loaded) = self.loader.load_other_than(current).await? else {
            return Ok(Reload::Unchanged);
        };

        let version = loaded.manifest().version;
        let metrics = self.metrics.models.for_version(loaded.manifest());
        self.metrics.models.set_active(loaded.manifest(), true);
        let before = self
            .current
            .swap(Some(Arc::new(ActiveModel { loaded, metrics })));
        self.readiness.set_loaded(true);
        tracing::info!(
            model = self.source().name,
            version,
            before = before.as_ref().map(|model| model.manifest().version),
            "activated the version"
        );

        if let Some(before) = before {
            self.retire(previous, before.manifest());
        }

        Ok(Reload::Swapped)
    }

    /// Keeps the metrics of the last active version, and drops those of the one before it.
    fn retire(&self, previous: &mut Option<Manifest>, last: &Manifest) {
        let series = &self.metrics.models;
        series.set_active(last, false);
        let current = self.current().map(|current| current.manifest().version);

        if let Some(older) = previous.replace(last.clone())
            && older.version != last.version
            && Some(older.version) != current
        {
            series.forget(&older);
        }
    }
}
