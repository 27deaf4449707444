//! Unchecked parts of a pipeline, and the checks on them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::labels::Labels;
use crate::characters::CharacterParts;
use crate::error::PipelineError;
use crate::numbers::{check_columns, check_finite};
use crate::vocabulary::FeatureSettings;

/// Parts of a pipeline, before they are checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipelineParts {
    /// How a text becomes terms.
    pub features: FeatureSettings,
    /// Terms in the order of their columns, as [`Vocabulary`](crate::Vocabulary) sorts them; none
    /// in a pipeline of character n-grams alone.
    pub vocabulary: Vec<String>,
    /// Inverse document frequencies: `[vocabulary]`.
    pub idf: Vec<f32>,
    /// Weights of the linear model: `[vocabulary]`.
    pub coefficients: Vec<f32>,
    /// Character n-grams with their numbers, if the pipeline has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub characters: Option<CharacterParts>,
    /// Logit of a text without known terms.
    pub intercept: f32,
    /// Smallest probability of a relevant text, between 0 and 1.
    pub threshold: f32,
    /// Names of the two classes.
    pub labels: Labels,
    /// Metadata from training, written into the model file unchanged.
    pub metadata: BTreeMap<String, String>,
}

impl PipelineParts {
    /// Checks every number, and that the labels differ; `terms` is the length of the vocabulary.
    pub(super) fn check_numbers_and_labels(&self, terms: usize) -> Result<(), PipelineError> {
        check_columns("idf weights", &self.idf, terms)?;
        check_columns("coefficients", &self.coefficients, terms)?;
        check_finite(self.intercept, || "the intercept".into())?;
        check_threshold(self.threshold)?;

        if self.labels.relevant == self.labels.not_relevant {
            return Err(PipelineError::SameLabels {
                label: self.labels.relevant.clone(),
            });
        }
        Ok(())
    }
}

/// Checks that the threshold lies between 0 and 1.
pub(super) fn check_threshold(threshold: f32) -> Result<(), PipelineError> {
    if threshold > 0.0 && threshold < 1.0 {
        Ok(())
    } else {
        Err(PipelineError::Threshold { got: threshold })
    }
}
