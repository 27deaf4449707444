//! The parts of requests and responses that several prediction routes share.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::loaded::LoadedModel;
use crate::openapi::operation::EXAMPLE_TEXT;
use crate::predict::validation::NOT_WHITESPACE;

/// The text to classify.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PredictRequest<'r> {
    /// UTF-8, neither empty nor only whitespace; U+0000 counts as whitespace.
    #[schemars(example = &EXAMPLE_TEXT, length(min = 1), regex(pattern = NOT_WHITESPACE))]
    #[serde(borrow)]
    pub(crate) text: Cow<'r, str>,
    /// Probability from which the text is relevant, instead of the model's threshold.
    #[schemars(range(min = 0, max = 1))]
    pub(crate) threshold: Option<f64>,
}

/// The model that predicted.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ModelReference<'r> {
    /// Name of the model.
    pub(crate) name: &'r str,
    /// Number of the version in the store, or that of a lone model file.
    pub(crate) version: u64,
}

impl<'m> ModelReference<'m> {
    /// The reference to a loaded model.
    pub(crate) fn new(model: &'m LoadedModel) -> Self {
        let identity = model.identity();
        Self {
            name: &identity.name,
            version: identity.version,
        }
    }
}
