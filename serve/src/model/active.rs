//! The active model, and how a reload swaps it.

use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use crate::error::ServeError;
use crate::metrics::{Metrics, ModelMetrics, Outcome};
use crate::model::identity::Identity;
use crate::model::loaded::LoadedModel;
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
    /// Name of the model, which the first load determines.
    name: OnceLock<String>,
    current: ArcSwapOption<ActiveModel>,
    /// The version that was active before; the lock serialises changes of the model.
    previous: Mutex<Option<Identity>>,
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
            name: OnceLock::new(),
            current: ArcSwapOption::empty(),
            previous: Mutex::new(None),
            metrics,
            readiness,
        }
    }

    /// Name of the model; empty before the first load.
    pub(crate) fn name(&self) -> &str {
        self.name.get().map_or("", String::as_str)
    }

    /// Numbers of the versions that could be active: those in the store, or that of a lone file.
    pub(crate) async fn versions(&self) -> Result<Vec<u64>, ServeError> {
        if let Some(versions) = self.loader.list_versions().await? {
            return Ok(versions);
        }

        let version = match self.current() {
            Some(model) => Some(model.identity().version),
            None => self.previous.lock().await.as_ref().map(|last| last.version),
        };
        Ok(version.into_iter().collect())
    }

    /// The active model, unless it was unloaded.
    pub(crate) fn current(&self) -> Option<Arc<ActiveModel>> {
        self.current.load_full()
    }

    /// Loads and activates the version that the store names, or the file, if it is another; after a
    /// failure the old one stays.
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
                model = model.identity().name,
                version = model.identity().version,
                "unloaded the model"
            );
            self.retire(&mut previous, model.identity());
        }
    }

    async fn try_reload(&self, previous: &mut Option<Identity>) -> Result<Reload, ServeError> {
        let current = self.current().map(|current| current.identity().clone());
        let Some(loaded) = self.loader.load_other_than(current).await? else {
            return Ok(Reload::Unchanged);
        };
        self.check_name(&loaded.identity().name)?;

        let version = loaded.identity().version;
        let metrics = self.metrics.models.for_version(loaded.identity());
        self.metrics.models.set_active(loaded.identity(), true);
        let before = self
            .current
            .swap(Some(Arc::new(ActiveModel { loaded, metrics })));
        self.readiness.set_loaded(true);
        tracing::info!(
            model = self.name(),
            version,
            before = before.as_ref().map(|model| model.identity().version),
            "activated the version"
        );

        if let Some(before) = before {
            self.retire(previous, before.identity());
        }

        Ok(Reload::Swapped)
    }

    /// Rejects a model of another name than the first, by which clients and metrics know it.
    fn check_name(&self, name: &str) -> Result<(), ServeError> {
        let served = self.name.get_or_init(|| name.to_owned());
        if served == name {
            return Ok(());
        }

        Err(ServeError::OtherName {
            got: name.to_owned(),
            served: served.clone(),
        })
    }

    /// Keeps the metrics of the last active version, and drops those of the one before it.
    fn retire(&self, previous: &mut Option<Identity>, last: &Identity) {
        let series = &self.metrics.models;
        series.set_active(last, false);
        let current = self.current().map(|current| current.identity().version);

        if let Some(older) = previous.replace(last.clone())
            && older.version != last.version
            && Some(older.version) != current
        {
            series.forget(&older);
        }
    }
}
