//! Versions from the store, loaded and checked.

use std::sync::Arc;

use bytes::Bytes;
use relevance_models::layout::{CARD_PAGE_FILE, MODEL_FILE};
use relevance_models::{Manifest, Store, StoreError};
use relevance_runtime::Session;

use crate::error::ServeError;

/// Source of the model.
#[derive(Clone, Debug)]
pub struct ModelSource {
    /// The store.
    pub store: Arc<Store>,
    /// The model's name.
    pub name: String,
    /// An alias, which may be moved to another version, or a version number.
    pub selector: String,
}

/// A loaded model that reproduces the golden sentences of its file.
#[derive(Debug)]
pub(crate) struct LoadedModel {
    manifest: Manifest,
    session: Session,
    card: Option<Bytes>,
}

impl ModelSource {
    /// Loads the version that the selector names, unless it is `version`: checks its digest and its
    /// golden sentences.
    ///
    /// # Errors
    /// When the store lacks the version or cannot be read, or the file is damaged, cannot be run,
    /// or does not reproduce its golden sentences.
    pub(crate) async fn load_other_than(
        &self,
        version: Option<u64>,
    ) -> Result<Option<LoadedModel>, ServeError> {
        let failed = |source| self.store_error(source);

        let manifest = self
            .store
            .resolve(&self.name, &self.selector)
            .await
            .map_err(failed)?;
        if Some(manifest.version) == version {
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

        let load = move || LoadedModel::open(manifest, &file, card);
        let loaded = tokio::task::spawn_blocking(load).await;
        loaded
            .map_err(|error| ServeError::Panicked(error.to_string()))?
            .map(Some)
    }

    /// The error of a store that cannot be read.
    pub(super) fn store_error(&self, source: StoreError) -> ServeError {
        ServeError::Store {
            name: self.name.clone(),
            location: self.store.location().to_owned(),
            source: source.into(),
        }
    }
}

impl LoadedModel {
    fn open(manifest: Manifest, file: &[u8], card: Option<Bytes>) -> Result<Self, ServeError> {
        let session = Session::from_bytes(file).and_then(|session| {
            session.check_golden()?;
            Ok(session)
        });

        let (name, version) = (&manifest.name, manifest.version);
        let session = session.map_err(|source| ServeError::Model {
            name: name.clone(),
            version,
            source,
        })?;

        tracing::info!(
            model = name,
            version,
            bytes = file.len(),
            "loaded the model"
        );

        Ok(Self {
            manifest,
            session,
            card,
        })
    }

    /// The version's manifest in the store.
    pub(crate) const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The session that scores texts.
    pub(crate) const fn session(&self) -> &Session {
        &self.session
    }

    /// The model card as HTML, if the version has one.
    pub(crate) fn card(&self) -> Option<Bytes> {
        self.card.clone()
    }

    /// SHA-256 of the model file.
    pub(crate) fn digest(&self) -> &str {
        digest(&self.manifest)
    }

    /// An entry of the model file's metadata.
    pub(crate) fn metadata(&self, key: &str) -> Option<&str> {
        self.session.info().metadata.get(key).map(String::as_str)
    }

    /// The label of a prediction.
    pub(crate) fn label(&self, relevant: bool) -> &str {
        let labels = &self.session.info().labels;
        if relevant {
            &labels.relevant
        } else {
            &labels.not_relevant
        }
    }
}

/// SHA-256 of a version's model file.
pub(crate) fn digest(manifest: &Manifest) -> &str {
    manifest
        .files
        .get(MODEL_FILE)
        .map_or("", |file| &file.sha256)
}
