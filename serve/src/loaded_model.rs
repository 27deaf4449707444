//! A version from the store, ready to answer.

use std::sync::Arc;

use relevance_models::{Manifest, Store, StoreError};
use relevance_runtime::Session;

use crate::ServeError;

/// The file of a version that is run.
const MODEL_FILE: &str = "model.onnx";

/// Where the model comes from.
#[derive(Clone, Debug)]
pub struct ModelSource {
    /// The store.
    pub store: Arc<Store>,
    /// The model's name.
    pub name: String,
    /// An alias, which may come to name another version, or the number of a version.
    pub selector: String,
}

/// A model that was checked, loaded, and answers as its file says.
#[derive(Debug)]
pub struct LoadedModel {
    manifest: Manifest,
    session: Session,
}

impl ModelSource {
    /// What the store says about the version that the selector names now.
    ///
    /// # Errors
    /// When the store has no such version or cannot be read.
    pub async fn resolve(&self) -> Result<Manifest, ServeError> {
        self.store.resolve(&self.name, &self.selector).await.map_err(|source| self.store_error(source))
    }

    /// Reads a version, compares its digest, loads it, and has it answer its own test sentences.
    ///
    /// # Errors
    /// When its file is missing or damaged, cannot be run, or answers otherwise than the file says.
    pub async fn load(&self, manifest: Manifest) -> Result<LoadedModel, ServeError> {
        let file = self.store.read(&manifest, MODEL_FILE).await.map_err(|source| self.store_error(source))?;
        let load = move || LoadedModel::open(manifest, &file);
        tokio::task::spawn_blocking(load).await.map_err(|error| ServeError::Panicked(error.to_string()))?
    }

    fn store_error(&self, source: StoreError) -> ServeError {
        ServeError::Store { name: self.name.clone(), location: self.store.location().to_owned(), source }
    }
}

impl LoadedModel {
    fn open(manifest: Manifest, file: &[u8]) -> Result<Self, ServeError> {
        let session = Session::from_bytes(file).and_then(|session| {
            session.check_golden()?;
            Ok(session)
        });
        let (name, version) = (&manifest.name, manifest.version);
        let session = session.map_err(|source| ServeError::Model { name: name.clone(), version, source })?;
        tracing::info!(model = name, version, bytes = file.len(), "loaded the model");
        Ok(Self { manifest, session })
    }

    /// What the store says about the version.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The session that answers.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// SHA-256 of the model's file.
    pub(crate) fn digest(&self) -> &str {
        self.manifest.files.get(MODEL_FILE).map_or("", |file| &file.sha256)
    }

    /// An entry of the model file's metadata.
    pub(crate) fn metadata(&self, key: &str) -> Option<&str> {
        self.session.info().metadata.get(key).map(String::as_str)
    }

    /// The name of a verdict.
    pub(crate) fn label(&self, relevant: bool) -> &str {
        let labels = &self.session.info().labels;
        if relevant { &labels.relevant } else { &labels.not_relevant }
    }
}
