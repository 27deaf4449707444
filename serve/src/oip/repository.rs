//! Repository calls: list, load and unload versions, over HTTP and gRPC.

use schemars::JsonSchema;
use serde::Serialize;

use crate::oip::error::ProtocolError;
use crate::oip::invalid_request::InvalidRequest;
use crate::oip::requested_model::RequestedModel;
use crate::state::ServiceState;

/// State of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, strum::IntoStaticStr)]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE")]
pub(crate) enum ModelState {
    /// It takes requests.
    Ready,
    /// It takes no requests.
    Unavailable,
}

/// A version in the store.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "RepositoryEntry")]
pub(crate) struct IndexEntry {
    /// Name of the model.
    pub(crate) name: String,
    /// Number of the version.
    pub(crate) version: String,
    pub(crate) state: ModelState,
    /// Why it takes no requests.
    pub(crate) reason: &'static str,
}

impl IndexEntry {
    /// The entry of the version that takes requests.
    pub(crate) fn ready(name: &str, version: u64) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_string(),
            state: ModelState::Ready,
            reason: "",
        }
    }

    /// The entry of a version that is not loaded.
    pub(crate) fn unavailable(name: &str, version: u64) -> Self {
        let state = ModelState::Unavailable;
        Self {
            name: name.to_owned(),
            version: version.to_string(),
            state,
            reason: "not loaded",
        }
    }
}

/// Lists the versions in the store, or only the one that takes requests.
pub(crate) async fn index(
    state: &ServiceState,
    only_ready: bool,
) -> Result<Vec<IndexEntry>, ProtocolError> {
    let (name, loaded) = (state.name(), state.version());
    if only_ready {
        return Ok(loaded
            .map(|version| IndexEntry::ready(name, version))
            .into_iter()
            .collect());
    }

    let versions = state.model_slot().versions().await;
    let versions = versions.map_err(|error| ProtocolError::Store(error.into()))?;

    let entry = |version| match loaded {
        Some(loaded) if loaded == version => IndexEntry::ready(name, version),
        _ => IndexEntry::unavailable(name, version),
    };
    Ok(versions.into_iter().map(entry).collect())
}

/// Loads the version that the store names; `parameters` are the names of the call's parameters.
pub(crate) async fn load(
    state: &ServiceState,
    requested: &RequestedModel,
    mut parameters: impl Iterator<Item = &String>,
) -> Result<IndexEntry, ProtocolError> {
    requested.check_name(state)?;
    if let Some(parameter) = parameters.next() {
        return Err(InvalidRequest::LoadParameter(parameter.clone()).into());
    }
    state
        .model_slot()
        .reload()
        .await
        .map_err(|error| ProtocolError::Load(error.into()))?;
    let model = state.active_model()?;
    Ok(IndexEntry::ready(&requested.name, model.identity().version))
}

/// Unloads the model; returns the entry of the version that was active, if one was.
pub(crate) async fn unload(
    state: &ServiceState,
    requested: &RequestedModel,
) -> Result<IndexEntry, ProtocolError> {
    requested.check_name(state)?;
    let version_before = state.version();
    state.model_slot().unload().await;

    let version = version_before
        .map(|version| version.to_string())
        .unwrap_or_default();
    Ok(IndexEntry {
        name: requested.name.clone(),
        version,
        state: ModelState::Unavailable,
        reason: "unloaded",
    })
}
