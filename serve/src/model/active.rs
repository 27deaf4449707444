//! The version that answers, and how another takes its place.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use relevance_models::Manifest;
use tokio::sync::Mutex;

use crate::error::ServeError;
use crate::metrics::{Metrics, ModelMetrics, Outcome};
use crate::model::loaded::{LoadedModel, ModelSource};
use crate::readiness::ReadinessSender;

/// A version that answers, with what counts its answers.
#[derive(Debug)]
pub(crate) struct ActiveModel {
    loaded: LoadedModel,
    metrics: ModelMetrics,
}

/// Holds the version that answers; a request keeps the one that it began with.
#[derive(Debug)]
pub(crate) struct ModelSlot {
    source: ModelSource,
    current: ArcSwapOption<ActiveModel>,
    /// The version that answered before; whoever holds this changes the model alone.
    previous: Mutex<Option<Manifest>>,
    metrics: Arc<Metrics>,
    readiness: Arc<ReadinessSender>,
}

/// What became of a look at the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reload {
    /// Another version answers now.
    Swapped,
    /// The same version still answers, since the store names no other.
    Unchanged,
}

impl std::ops::Deref for ActiveModel {
    type Target = LoadedModel;

    fn deref(&self) -> &LoadedModel {
        &self.loaded
    }
}

impl ActiveModel {
    pub(crate) const fn metrics(&self) -> &ModelMetrics {
        &self.metrics
    }
}

impl ModelSlot {
    /// Nothing answers yet.
    pub(crate) fn new(
        source: ModelSource,
        metrics: Arc<Metrics>,
        readiness: Arc<ReadinessSender>,
    ) -> Self {
        Self {
            source,
            current: ArcSwapOption::empty(),
            previous: Mutex::new(None),
            metrics,
            readiness,
        }
    }

    pub(crate) const fn source(&self) -> &ModelSource {
        &self.source
    }

    /// The version that answers, unless it was unloaded.
    pub(crate) fn current(&self) -> Option<Arc<ActiveModel>> {
        self.current.load_full()
    }

    /// Looks at the store, and loads and swaps when it names another version; on any failure the old one stays.
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

    /// From now on nothing answers, until a reload.
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
        let Some(loaded) = self.source.load_other_than(current).await? else {
            return Ok(Reload::Unchanged);
        };
        let version = loaded.manifest().version;
        let metrics = self.metrics.models.for_version(loaded.manifest());
        self.metrics.models.set_serving(loaded.manifest(), true);
        let before = self
            .current
            .swap(Some(Arc::new(ActiveModel { loaded, metrics })));
        self.readiness.set_loaded(true);
        tracing::info!(
            model = self.source.name,
            version,
            before = before.as_ref().map(|model| model.manifest().version),
            "this version answers now"
        );
        if let Some(before) = before {
            self.retire(previous, before.manifest());
        }
        Ok(Reload::Swapped)
    }

    /// Keeps the series of the last version that answered, and drops those of the one before.
    fn retire(&self, previous: &mut Option<Manifest>, last: &Manifest) {
        let series = &self.metrics.models;
        series.set_serving(last, false);
        let current = self.current().map(|current| current.manifest().version);
        if let Some(older) = previous.replace(last.clone())
            && older.version != last.version
            && Some(older.version) != current
        {
            series.forget(&older);
        }
    }
}
