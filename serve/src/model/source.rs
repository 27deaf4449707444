//! Sources of the model: a version in a store, or a lone file.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use relevance_models::layout::{CARD_PAGE_FILE, MODEL_FILE};
use relevance_models::{FileEntry, Store, StoreError};

use crate::error::ServeError;
use crate::model::identity::Identity;
use crate::model::loaded::{LoadedModel, open_session};

/// Source of the model; `Display` names it in messages.
#[derive(Clone, Debug)]
pub enum ModelSource {
    /// A version in a store.
    Store(StoreSource),
    /// A file outside any store.
    File(FileSource),
}

/// A version in a store.
#[derive(Clone, Debug)]
pub struct StoreSource {
    /// The store.
    pub store: Arc<Store>,
    /// The model's name.
    pub name: String,
    /// An alias, which may be moved to another version, or a version number.
    pub selector: String,
}

/// A file outside any store.
#[derive(Clone)]
pub struct FileSource {
    location: String,
    name: Option<String>,
    read: Arc<ReadFile>,
}

/// Function that reads a file.
type ReadFile = dyn Fn() -> Result<Bytes, Box<dyn Error + Send + Sync>> + Send + Sync;

impl FileSource {
    /// The file at a location, which messages name; `read` reads it again for every load.
    ///
    /// `name` replaces the name of the model in the file's metadata.
    pub fn new(
        location: String,
        name: Option<String>,
        read: impl Fn() -> Result<Bytes, Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            location,
            name,
            read: Arc::new(read),
        }
    }

    /// Loads the file, unless it is that of `current`, and checks its golden sentences.
    fn load_other_than(
        &self,
        current: Option<&Identity>,
    ) -> Result<Option<LoadedModel>, ServeError> {
        let location = || self.location.clone();

        let file = (self.read)().map_err(|source| ServeError::UnreadableFile {
            location: location(),
            source,
        })?;
        let digest = FileEntry::from_content(&file).sha256;
        if current.is_some_and(|current| current.digest == digest) {
            return Ok(None);
        }

        let session = open_session(&file).map_err(|source| ServeError::InvalidFile {
            location: location(),
            source,
        })?;
        let identity = Identity::from_file(session.info(), self.name.as_deref(), digest);
        let identity = identity.map_err(|source| ServeError::FileName {
            location: location(),
            source: source.into(),
        })?;

        Ok(Some(LoadedModel::new(identity, session, None)))
    }
}

impl fmt::Debug for FileSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FileSource")
            .field("location", &self.location)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl StoreSource {
    /// Loads the version that the selector names, unless it is `current`: checks its digest and its
    /// golden sentences.
    async fn load_other_than(
        &self,
        current: Option<&Identity>,
    ) -> Result<Option<LoadedModel>, ServeError> {
        let failed = |source| self.error(source);

        let manifest = self
            .store
            .resolve(&self.name, &self.selector)
            .await
            .map_err(failed)?;
        if current.is_some_and(|current| current.version == manifest.version) {
            return Ok(None);
        }

        let file = self
            .store
            .read(&manifest, MODEL_FILE)
            .await
            .map_err(failed)?;
        let card = if manifest.files.contains_key(CARD_PAGE_FILE) {
            Some(
                self.store
                    .read(&manifest, CARD_PAGE_FILE)
                    .await
                    .map_err(failed)?,
            )
        } else {
            None
        };

        let identity = Identity::from(&manifest);
        run_blocking(move || match open_session(&file) {
            Ok(session) => Ok(Some(LoadedModel::new(identity, session, card))),
            Err(source) => Err(ServeError::Model {
                name: identity.name,
                version: identity.version,
                source,
            }),
        })
        .await
    }

    /// The error of a store that cannot be read.
    pub(super) fn error(&self, source: StoreError) -> ServeError {
        ServeError::Store {
            name: self.name.clone(),
            location: self.store.location().to_owned(),
            source: source.into(),
        }
    }
}

impl ModelSource {
    /// Loads the model, unless it is `current`, and checks its golden sentences.
    ///
    /// # Errors
    /// When the store lacks the version, or store or file cannot be read, or the file is damaged,
    /// cannot be run, or does not reproduce its golden sentences.
    pub(crate) async fn load_other_than(
        &self,
        current: Option<Identity>,
    ) -> Result<Option<LoadedModel>, ServeError> {
        match self {
            Self::Store(store) => store.load_other_than(current.as_ref()).await,
            Self::File(file) => {
                let file = file.clone();
                run_blocking(move || file.load_other_than(current.as_ref())).await
            }
        }
    }

    /// The same model by another alias or number.
    ///
    /// # Errors
    /// When the source is a lone file, which has no other version.
    pub(crate) fn with_selector(&self, selector: &str) -> Result<Self, ServeError> {
        match self {
            Self::Store(store) => Ok(Self::Store(StoreSource {
                selector: selector.to_owned(),
                ..store.clone()
            })),
            Self::File(_) => Err(ServeError::NoShadow),
        }
    }
}

impl fmt::Display for ModelSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(StoreSource { store, name, .. }) => {
                write!(
                    formatter,
                    "the model `{name}` of the store `{}`",
                    store.location()
                )
            }
            Self::File(file) => write!(formatter, "the model file `{}`", file.location),
        }
    }
}

/// Runs a load on a thread that may block.
async fn run_blocking(
    load: impl FnOnce() -> Result<Option<LoadedModel>, ServeError> + Send + 'static,
) -> Result<Option<LoadedModel>, ServeError> {
    let loaded = tokio::task::spawn_blocking(load).await;
    loaded.map_err(|error| ServeError::Panicked(error.to_string()))?
}
