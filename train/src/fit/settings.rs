//! Settings of the fit.

use relevance_pipeline::{FeatureSettings, TokenCharacters};
use serde::{Deserialize, Serialize};

use super::weights::ClassWeight;

/// Terms of a text, and the terms that are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FeatureTraining {
    /// Characters of a token.
    pub token_characters: TokenCharacters,
    /// Maximum number of tokens of a term, 1 to 5.
    pub ngram_max: usize,
    /// Minimum number of training texts in which a term must occur, 1 or more.
    pub min_document_frequency: u32,
    /// Maximum number of terms, 1 or more; those in the most training texts are kept.
    pub max_features: usize,
}

/// Fit of the linear model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SolverSettings {
    /// The solver.
    pub kind: SolverKind,
    /// Weight of the L2 penalty, `alpha / 2 * |coefficients|^2` beside the sum of the losses; over
    /// 0.
    pub alpha: f64,
    /// Weights of the two classes in the sum of the losses; metrics are not weighted.
    pub class_weight: ClassWeight,
    /// Column of the source with the weight of each row, 0 or more, as a factor beside that of its
    /// class.
    pub weight_column: Option<String>,
    /// Iterations after which the fit is given up.
    pub max_iterations: u64,
    /// The fit of `sparse` ends when the estimated gap to the optimum is below this fraction of the
    /// objective; over 0.
    pub tolerance: f64,
    /// The fit of `linfa` ends when the norm of the gradient is below this; over 0.
    pub gradient_tolerance: f64,
}

/// Implementation of logistic regression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SolverKind {
    /// Truncated Newton method over sparse rows.
    #[default]
    Sparse,
    /// `linfa-logistic` over dense rows: the same optimum, with 8 bytes for each row and term.
    Linfa,
}

impl Default for FeatureTraining {
    fn default() -> Self {
        let FeatureSettings {
            token_characters,
            ngram_max,
        } = FeatureSettings::default();

        Self {
            token_characters,
            ngram_max,
            min_document_frequency: 2,
            max_features: 20_000,
        }
    }
}

impl Default for SolverSettings {
    fn default() -> Self {
        Self {
            kind: SolverKind::default(),
            alpha: 1.0,
            class_weight: ClassWeight::default(),
            weight_column: None,
            max_iterations: 500,
            tolerance: 1e-9,
            gradient_tolerance: 1e-4,
        }
    }
}

impl FeatureTraining {
    /// The settings that the pipeline keeps.
    #[must_use]
    pub const fn pipeline(&self) -> FeatureSettings {
        FeatureSettings {
            token_characters: self.token_characters,
            ngram_max: self.ngram_max,
        }
    }
}
