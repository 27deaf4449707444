//! Parameters of paths that name a model.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::oip::requested_model::RequestedModel;

/// Parameters of a path that names a model.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ModelPath {
    /// Name of the model.
    #[schemars(example = &"relevance")]
    pub(crate) model: String,
}

/// Parameters of a path that names a version.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ModelVersionPath {
    /// Name of the model.
    #[schemars(example = &"relevance")]
    pub(crate) model: String,
    /// Number of the version in the store.
    #[schemars(example = &"3")]
    pub(crate) version: String,
}

impl From<ModelPath> for RequestedModel {
    fn from(path: ModelPath) -> Self {
        Self {
            name: path.model,
            version: None,
        }
    }
}

impl From<ModelVersionPath> for RequestedModel {
    fn from(path: ModelVersionPath) -> Self {
        Self {
            name: path.model,
            version: Some(path.version),
        }
    }
}
