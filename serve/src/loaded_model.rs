//! A version from the store, ready to answer.

use relevance_models::{Manifest, Store, StoreError};
use relevance_runtime::Session;

use crate::ServeError;
use crate::documentation::EXAMPLE_TEXT;

/// The file of a version that is run.
const MODEL_FILE: &str = "model.onnx";

/// A model that was checked, loaded and run once.
#[derive(Debug)]
pub struct LoadedModel {
    manifest: Manifest,
    session: Session,
}

impl LoadedModel {
    /// Reads the version that `selector` (an alias or a number) names, compares its digest, loads it and runs it once.
    ///
    /// # Errors
    ///
    /// When the store has no such version, its file is damaged, or the file cannot be run.
    pub async fn load(store: &Store, name: &str, selector: &str) -> Result<Self, ServeError> {
        let (manifest, file) = read(store, name, selector).await.map_err(|source| ServeError::Store {
            name: name.to_owned(),
            location: store.location().to_owned(),
            source,
        })?;
        let version = manifest.version;
        let session = Session::from_bytes(&file).and_then(|session| {
            session.predict(&[EXAMPLE_TEXT])?;
            Ok(session)
        });
        let session = session.map_err(|source| ServeError::Model { name: name.to_owned(), version, source })?;
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
}

async fn read(store: &Store, name: &str, selector: &str) -> Result<(Manifest, bytes::Bytes), StoreError> {
    let manifest = store.resolve(name, selector).await?;
    let file = store.read(&manifest, MODEL_FILE).await?;
    Ok((manifest, file))
}
