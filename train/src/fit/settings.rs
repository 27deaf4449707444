//! Settings of the fit.

use relevance_pipeline::{FeatureSettings, TokenCharacters};
use serde::{Deserialize, Serialize};

/// How texts become terms, and which terms are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FeatureTraining {
    /// Which characters tokens are made of.
    pub token_characters: TokenCharacters,
    /// The longest run of tokens that makes a term, 1 to 5.
    pub ngram_max: usize,
    /// In how many training texts a term must stand to be kept, 1 or more.
    pub min_document_frequency: u32,
    /// How many terms are kept at most, those in the most training texts; 1 or more.
    pub max_features: usize,
}

/// How the linear model is fitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SolverSettings {
    /// Which implementation fits.
    pub kind: SolverKind,
    /// Weight of the L2 penalty, `alpha / 2 * |coefficients|^2` beside the sum of the losses; over 0.
    pub alpha: f64,
    /// Iterations after which the fit is given up.
    pub max_iterations: u64,
    /// The fit of `sparse` ends when what a step leaves to gain is less than this share of the objective; over 0.
    pub tolerance: f64,
    /// The fit of `linfa` ends when the norm of the gradient is below this; over 0.
    pub gradient_tolerance: f64,
}

/// The implementations of logistic regression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SolverKind {
    /// Ours, over sparse rows.
    #[default]
    Sparse,
    /// `linfa-logistic`, over dense rows: the same optimum, at rows × terms × 8 bytes.
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
            max_iterations: 500,
            tolerance: 1e-9,
            gradient_tolerance: 1e-4,
        }
    }
}

impl FeatureTraining {
    /// The part that the pipeline keeps.
    #[must_use]
    pub const fn pipeline(&self) -> FeatureSettings {
        FeatureSettings {
            token_characters: self.token_characters,
            ngram_max: self.ngram_max,
        }
    }
}
