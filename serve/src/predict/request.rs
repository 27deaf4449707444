//! What the routes that answer with verdicts share.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::loaded::LoadedModel;
use crate::openapi::operation::EXAMPLE_TEXT;
use crate::predict::validation::NOT_BLANK;

/// The text to judge, or to explain the verdict on.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PredictRequest<'r> {
    /// UTF-8, neither empty nor blank; U+0000 counts as a space.
    #[schemars(example = &EXAMPLE_TEXT, length(min = 1), regex(pattern = NOT_BLANK))]
    #[serde(borrow)]
    pub(crate) text: Cow<'r, str>,
    /// The probability from which the text is relevant, in place of the model's.
    #[schemars(range(min = 0, max = 1))]
    pub(crate) threshold: Option<f64>,
}

/// The model that answered.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ModelReference<'r> {
    /// The model's name.
    pub(crate) name: &'r str,
    /// The version's number in the store.
    pub(crate) version: u64,
}

impl<'m> ModelReference<'m> {
    pub(crate) fn new(model: &'m LoadedModel) -> Self {
        let manifest = model.manifest();
        Self {
            name: &manifest.name,
            version: manifest.version,
        }
    }
}
