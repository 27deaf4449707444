//! Loaded models.

use bytes::Bytes;
use relevance_runtime::{RuntimeError, Session};

use crate::model::identity::Identity;

/// A loaded model that reproduces the golden sentences of its file.
#[derive(Debug)]
pub(crate) struct LoadedModel {
    identity: Identity,
    session: Session,
    card: Option<Bytes>,
}

/// Opens a session of a model file, and checks its golden sentences.
pub(super) fn open_session(file: &[u8]) -> Result<Session, RuntimeError> {
    let session = Session::from_bytes(file)?;
    session.check_golden()?;
    Ok(session)
}

impl LoadedModel {
    /// A model with its checked session, and its card as HTML if it has one.
    pub(super) fn new(identity: Identity, session: Session, card: Option<Bytes>) -> Self {
        tracing::info!(
            model = identity.name,
            version = identity.version,
            digest = identity.digest,
            "loaded the model"
        );

        Self {
            identity,
            session,
            card,
        }
    }

    /// Name, version and digest.
    pub(crate) const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The session that scores texts.
    pub(crate) const fn session(&self) -> &Session {
        &self.session
    }

    /// The model card as HTML, if the version has one.
    pub(crate) fn card(&self) -> Option<Bytes> {
        self.card.clone()
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
