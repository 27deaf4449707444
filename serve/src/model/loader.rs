//! Loads and listings of versions, each of which ends in time.

use std::sync::Arc;
use std::time::Duration;

use crate::error::ServeError;
use crate::model::identity::Identity;
use crate::model::loaded::LoadedModel;
use crate::model::source::{ModelSource, StoreSource};
use crate::model::timed_tasks::{TimedTasks, Unfinished};
use crate::settings::millis;

/// Loads and lists the versions of a source.
#[derive(Debug)]
pub(crate) struct ModelLoader {
    source: ModelSource,
    loads: TimedTasks,
    /// Apart from the loads, which a listing that hangs must not keep from starting.
    listings: TimedTasks,
}

impl ModelLoader {
    /// A loader from a source, with a timeout for each load and each listing.
    pub(crate) const fn new(source: ModelSource, timeout: Duration) -> Self {
        Self {
            source,
            loads: TimedTasks::new(timeout),
            listings: TimedTasks::new(timeout),
        }
    }

    /// Loads the model of the source, unless it is `current`.
    ///
    /// # Errors
    /// When the load fails or takes longer than the timeout, or too many earlier ones hang.
    pub(crate) async fn load_other_than(
        &self,
        current: Option<Identity>,
    ) -> Result<Option<LoadedModel>, ServeError> {
        let source = self.source.clone();
        let load = async move { source.load_other_than(current).await };

        let loaded = self.loads.run(load).await;
        loaded.unwrap_or_else(|unfinished| Err(self.load_error(&unfinished)))
    }

    /// Lists the versions in the store; `None` for a lone file, which has none.
    ///
    /// # Errors
    /// When the store cannot be read or does not respond within the timeout, or too many earlier
    /// listings hang.
    pub(crate) async fn list_versions(&self) -> Result<Option<Vec<u64>>, ServeError> {
        let ModelSource::Store(source) = &self.source else {
            return Ok(None);
        };
        let (store, name) = (Arc::clone(&source.store), source.name.clone());
        let list = async move { store.versions(&name).await };

        match self.listings.run(list).await {
            Ok(Ok(versions)) => Ok(Some(versions)),
            Ok(Err(error)) => Err(source.error(error)),
            Err(unfinished) => Err(self.listing_error(source, &unfinished)),
        }
    }

    fn load_error(&self, unfinished: &Unfinished) -> ServeError {
        let model = self.source.to_string();
        match *unfinished {
            Unfinished::TooSlow => ServeError::LoadTimeout {
                model,
                timeout_ms: millis(self.loads.timeout()),
            },
            Unfinished::OthersHang(loads) => ServeError::LoadsHang { model, loads },
            Unfinished::Panicked => ServeError::Panicked("the task ended early".to_owned()),
        }
    }

    fn listing_error(&self, source: &StoreSource, unfinished: &Unfinished) -> ServeError {
        let name = source.name.clone();
        let location = source.store.location().to_owned();
        match *unfinished {
            Unfinished::TooSlow => ServeError::ListTimeout {
                name,
                location,
                timeout_ms: millis(self.listings.timeout()),
            },
            Unfinished::OthersHang(listings) => ServeError::ListingsHang {
                name,
                location,
                listings,
            },
            Unfinished::Panicked => ServeError::Panicked("the task ended early".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use relevance_models::Store;

    use super::*;

    #[tokio::test]
    async fn versions_are_listed_and_a_late_listing_is_an_error_with_the_setting() {
        let folder = tempfile::tempdir().unwrap();
        let source = StoreSource {
            store: Arc::new(Store::open(folder.path().to_str().unwrap()).unwrap()),
            name: "relevance".to_owned(),
            selector: "production".to_owned(),
        };

        let loader = ModelLoader::new(ModelSource::Store(source.clone()), Duration::from_mins(1));
        assert_eq!(loader.list_versions().await.unwrap(), Some(vec![]));

        let message = loader
            .listing_error(&source, &Unfinished::TooSlow)
            .to_string();
        assert!(
            message.contains("were not listed within 60000 ms")
                && message.contains("`--load-timeout-ms`"),
            "{message}"
        );
    }
}
