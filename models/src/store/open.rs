//! Opening of a store.

use std::fmt;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::path::Path;
use tokio::sync::Mutex;

use crate::error::StoreError;
use crate::location;
use crate::lock::AliasExclusion;

/// Store of models: immutable versions, and aliases that name them.
///
/// Several stores, in several processes, can be open on one location and write to it.
pub struct Store {
    pub(crate) objects: Arc<dyn ObjectStore>,
    pub(super) root: Path,
    location: String,
    pub(crate) exclusion: AliasExclusion,
    /// Queue of this process's writers, so that at most one thread waits for a file lock.
    pub(crate) writers: Mutex<()>,
}

impl Store {
    /// Opens the store at a path or a URL: `file://`, `s3://`, `gs://`, `az://`.
    ///
    /// Credentials, region and endpoint of a bucket come from the environment, in each service's
    /// own variables. Nothing is created: a missing folder is an empty store until something is
    /// published.
    ///
    /// # Errors
    ///
    /// When the location is neither a path nor such a URL, or the settings of its service are
    /// missing or malformed.
    pub fn open(location: &str) -> Result<Self, StoreError> {
        Self::open_with(location, relevance_storage::environment())
    }

    /// As [`Store::open`], with `variables` instead of the environment's.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub fn open_with(
        location: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, StoreError> {
        let variables: Vec<_> = variables.into_iter().collect();
        let opened = location::open(location, &variables)?;
        let mut store = Self::from_objects(opened.objects, opened.root, opened.exclusion);
        location.clone_into(&mut store.location);
        Ok(store)
    }

    /// Creates a store on an open object store, with the models below `root`.
    #[must_use]
    pub fn from_objects(
        objects: Arc<dyn ObjectStore>,
        root: Path,
        exclusion: AliasExclusion,
    ) -> Self {
        let location = format!("{objects}/{root}");
        Self {
            objects,
            root,
            location,
            exclusion,
            writers: Mutex::new(()),
        }
    }

    /// Returns the location.
    #[must_use]
    pub fn location(&self) -> &str {
        &self.location
    }

    pub(crate) fn model_path(&self, name: &str) -> Path {
        self.root.clone().join(name)
    }

    pub(crate) fn version_path(&self, name: &str, version: u64) -> Path {
        self.model_path(name).join(version.to_string())
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Store")
            .field(&self.location)
            .finish()
    }
}

/// Returns a conversion for `map_err` of a failed operation of the object store.
pub(crate) fn failed(
    operation: &'static str,
    path: &Path,
) -> impl FnOnce(object_store::Error) -> StoreError {
    let path = path.to_string();
    move |source| StoreError::Objects {
        operation,
        path,
        source,
    }
}
