//! Settings of the fit.

use std::fmt;

use relevance_pipeline::{CharacterSettings, FeatureSettings, TokenCharacters};
use serde::{Deserialize, Serialize};

use super::class_weight::ClassWeight;

/// Terms of a text, and the terms that are kept.
///
/// With an analyzer of words alone, the settings of characters are not written: such settings then
/// have the digest that they had before there were others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, into = "WrittenFeatures")]
pub struct FeatureTraining {
    /// Kinds of terms.
    pub analyzer: Analyzer,
    /// Characters of a token.
    pub token_characters: TokenCharacters,
    /// Maximum number of tokens of a term, 1 to 5.
    pub ngram_max: usize,
    /// Minimum number of training texts in which a term must occur, 1 or more.
    pub min_document_frequency: u32,
    /// Maximum number of terms, 1 or more; those in the most training texts are kept.
    pub max_features: usize,
    /// Number of characters of the shortest character n-gram, 1 or more.
    pub char_ngram_min: usize,
    /// Number of characters of the longest character n-gram, at most 8.
    pub char_ngram_max: usize,
    /// Minimum number of training texts in which a character n-gram must occur, 1 or more.
    pub char_min_document_frequency: u32,
    /// Maximum number of character n-grams, 1 or more; those in the most training texts are kept.
    pub char_max_features: usize,
}

/// Kinds of terms of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Analyzer {
    /// Tokens and runs of them.
    #[default]
    Word,
    /// Character n-grams.
    Char,
    /// Both, each with a norm of its own.
    Both,
}

/// The settings as they are written.
#[derive(Serialize)]
struct WrittenFeatures {
    token_characters: TokenCharacters,
    ngram_max: usize,
    min_document_frequency: u32,
    max_features: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    analyzer: Option<Analyzer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    char_ngram_min: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    char_ngram_max: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    char_min_document_frequency: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    char_max_features: Option<usize>,
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
    /// Column of the source with the weight of each row, 0 to 10⁹, as a factor beside that of its
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
        let characters = CharacterSettings::default();

        Self {
            analyzer: Analyzer::default(),
            token_characters,
            ngram_max,
            min_document_frequency: 2,
            max_features: 20_000,
            char_ngram_min: characters.ngram_min,
            char_ngram_max: characters.ngram_max,
            char_min_document_frequency: 2,
            char_max_features: 50_000,
        }
    }
}

impl Default for SolverSettings {
    fn default() -> Self {
        Self {
            kind: SolverKind::default(),
            alpha: 0.3,
            class_weight: ClassWeight::default(),
            weight_column: None,
            max_iterations: 500,
            tolerance: 1e-9,
            gradient_tolerance: 1e-4,
        }
    }
}

impl Analyzer {
    /// Every analyzer, in the order of the names.
    pub const ALL: [Self; 3] = [Self::Word, Self::Char, Self::Both];

    /// Name of the analyzer.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Char => "char",
            Self::Both => "both",
        }
    }

    /// Whether there are terms of tokens.
    #[must_use]
    pub const fn has_words(self) -> bool {
        matches!(self, Self::Word | Self::Both)
    }

    /// Whether there are character n-grams.
    #[must_use]
    pub const fn has_characters(self) -> bool {
        matches!(self, Self::Char | Self::Both)
    }
}

impl fmt::Display for Analyzer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl From<FeatureTraining> for WrittenFeatures {
    fn from(features: FeatureTraining) -> Self {
        let has_characters = features.analyzer.has_characters();

        Self {
            token_characters: features.token_characters,
            ngram_max: features.ngram_max,
            min_document_frequency: features.min_document_frequency,
            max_features: features.max_features,
            analyzer: has_characters.then_some(features.analyzer),
            char_ngram_min: has_characters.then_some(features.char_ngram_min),
            char_ngram_max: has_characters.then_some(features.char_ngram_max),
            char_min_document_frequency: has_characters
                .then_some(features.char_min_document_frequency),
            char_max_features: has_characters.then_some(features.char_max_features),
        }
    }
}

impl FeatureTraining {
    /// The settings of the character n-grams that the pipeline keeps.
    #[must_use]
    pub const fn characters(&self) -> CharacterSettings {
        CharacterSettings {
            ngram_min: self.char_ngram_min,
            ngram_max: self.char_ngram_max,
        }
    }

    /// The first setting that differs from its default although the analyzer does not read it.
    pub(crate) fn unused(&self) -> Option<&'static str> {
        let default = Self::default();
        let words = [
            (
                "token_characters",
                self.token_characters != default.token_characters,
            ),
            ("ngram_max", self.ngram_max != default.ngram_max),
            (
                "min_document_frequency",
                self.min_document_frequency != default.min_document_frequency,
            ),
            ("max_features", self.max_features != default.max_features),
        ];
        let characters = [
            (
                "char_ngram_min",
                self.char_ngram_min != default.char_ngram_min,
            ),
            (
                "char_ngram_max",
                self.char_ngram_max != default.char_ngram_max,
            ),
            (
                "char_min_document_frequency",
                self.char_min_document_frequency != default.char_min_document_frequency,
            ),
            (
                "char_max_features",
                self.char_max_features != default.char_max_features,
            ),
        ];

        let unused = match self.analyzer {
            Analyzer::Word => characters,
            Analyzer::Char => words,
            Analyzer::Both => return None,
        };
        let changed = unused.into_iter().find(|&(_, is_changed)| is_changed);
        changed.map(|(name, _)| name)
    }

    /// The settings with the default for those that the analyzer does not read.
    pub(crate) fn without_unused(self) -> Self {
        let default = Self::default();
        match self.analyzer {
            Analyzer::Both => self,
            Analyzer::Word => Self {
                char_ngram_min: default.char_ngram_min,
                char_ngram_max: default.char_ngram_max,
                char_min_document_frequency: default.char_min_document_frequency,
                char_max_features: default.char_max_features,
                ..self
            },
            Analyzer::Char => Self {
                token_characters: default.token_characters,
                ngram_max: default.ngram_max,
                min_document_frequency: default.min_document_frequency,
                max_features: default.max_features,
                ..self
            },
        }
    }

    /// The settings of tokens that the pipeline keeps.
    #[must_use]
    pub const fn pipeline(&self) -> FeatureSettings {
        FeatureSettings {
            token_characters: self.token_characters,
            ngram_max: self.ngram_max,
        }
    }
}
