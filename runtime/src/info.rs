//! Metadata of a model file.

use std::collections::BTreeMap;

use relevance_pipeline::Labels;
use relevance_pipeline::graph::metadata as key;
use tract_onnx::pb::ModelProto;

use crate::error::RuntimeError;

/// Metadata of a model file.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInfo {
    /// Name of the model.
    pub name: String,
    /// Digest of the training data, the settings and the tool, which identifies the fit.
    pub fingerprint: String,
    /// Names of the two classes.
    pub labels: Labels,
    /// Smallest probability of a relevant text.
    pub threshold: f32,
    /// Every entry of the file, such as `test.precision` and `data.digest`.
    pub metadata: BTreeMap<String, String>,
}

impl ModelInfo {
    /// Reads the metadata, and checks the entries that serving needs.
    pub(crate) fn from_proto(model: &ModelProto) -> Result<Self, RuntimeError> {
        let metadata: BTreeMap<String, String> = model
            .metadata_props
            .iter()
            .map(|entry| (entry.key.clone(), entry.value.clone()))
            .collect();
        let unusable = |key: &'static str| RuntimeError::Metadata { key };
        let entry = |key: &'static str| metadata.get(key).cloned().ok_or_else(|| unusable(key));

        let threshold = entry(key::THRESHOLD)?
            .parse()
            .ok()
            .filter(|threshold: &f32| threshold.is_finite())
            .ok_or_else(|| unusable(key::THRESHOLD))?;
        let labels = Labels {
            relevant: entry(key::RELEVANT_LABEL)?,
            not_relevant: entry(key::NOT_RELEVANT_LABEL)?,
        };

        Ok(Self {
            name: entry(key::NAME)?,
            fingerprint: entry(key::FINGERPRINT)?,
            labels,
            threshold,
            metadata,
        })
    }
}
