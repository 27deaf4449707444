//! What a model file says about itself.

use std::collections::BTreeMap;

use relevance_pipeline::Labels;
use relevance_pipeline::graph::metadata as key;
use tract_onnx::pb::ModelProto;

use crate::RuntimeError;

/// The metadata of a model file.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInfo {
    /// Name of the model.
    pub name: String,
    /// What tells this fit from every other: a digest of its data, settings and tool.
    pub fingerprint: String,
    /// The names of the two verdicts.
    pub labels: Labels,
    /// The probability from which a text is relevant.
    pub threshold: f32,
    /// Every entry of the file, `test.precision` and `data.digest` among them.
    pub metadata: BTreeMap<String, String>,
}

impl ModelInfo {
    /// Reads the entries that serving needs.
    pub(crate) fn read(model: &ModelProto) -> Result<Self, RuntimeError> {
        let metadata: BTreeMap<String, String> = model
            .metadata_props
            .iter()
            .map(|entry| (entry.key.clone(), entry.value.clone()))
            .collect();
        let entry = |key: &'static str| {
            metadata
                .get(key)
                .cloned()
                .ok_or(RuntimeError::Metadata { key })
        };
        let threshold = entry(key::THRESHOLD)?
            .parse()
            .map_err(|_| RuntimeError::Metadata {
                key: key::THRESHOLD,
            })?;
        Ok(Self {
            name: entry(key::NAME)?,
            fingerprint: entry(key::FINGERPRINT)?,
            labels: Labels {
                relevant: entry(key::RELEVANT_LABEL)?,
                not_relevant: entry(key::NOT_RELEVANT_LABEL)?,
            },
            threshold,
            metadata,
        })
    }
}
