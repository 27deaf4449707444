//! Flags of the terms, the linear model and its threshold.

use clap::Args;
use relevance_pipeline::TokenCharacters;
use relevance_train::{Analyzer, ClassWeight, Settings, SolverKind, ThresholdRule, UnknownTexts};

use super::choice::parse_choice;
use crate::arguments::setting::set;

/// Flags for the sections `features` and `solver` of the settings, and for the threshold.
#[derive(Debug, Args)]
#[command(next_help_heading = "Features and fit")]
pub struct FitArguments {
    /// Kinds of terms: `word` for tokens, `char` for character n-grams, or `both`.
    #[arg(
        long,
        env = "RELEVANCE_ANALYZER",
        value_name = "CHOICE",
        value_parser = parse_choice::<Analyzer>
    )]
    analyzer: Option<Analyzer>,
    /// Characters that make up tokens: `ascii` or `unicode`.
    #[arg(
        long,
        env = "RELEVANCE_TOKEN_CHARACTERS",
        value_name = "CHOICE",
        value_parser = parse_choice::<TokenCharacters>
    )]
    token_characters: Option<TokenCharacters>,
    /// Maximum number of tokens in a term, 1 to 5.
    #[arg(long, env = "RELEVANCE_NGRAM_MAX", value_name = "TOKENS")]
    ngram_max: Option<usize>,
    /// Minimum number of training texts that contain a term.
    #[arg(long, env = "RELEVANCE_MIN_DOCUMENT_FREQUENCY", value_name = "TEXTS")]
    min_document_frequency: Option<u32>,
    /// Maximum number of terms; those in the most training texts are kept.
    #[arg(long, env = "RELEVANCE_MAX_FEATURES", value_name = "TERMS")]
    max_features: Option<usize>,
    /// Number of characters in the shortest character n-gram, 1 to 8.
    #[arg(
        long,
        env = "RELEVANCE_CHAR_NGRAM_MIN",
        value_name = "CHARACTERS",
        hide_short_help = true
    )]
    char_ngram_min: Option<usize>,
    /// Number of characters in the longest character n-gram, 1 to 8.
    #[arg(
        long,
        env = "RELEVANCE_CHAR_NGRAM_MAX",
        value_name = "CHARACTERS",
        hide_short_help = true
    )]
    char_ngram_max: Option<usize>,
    /// Minimum number of training texts that contain a character n-gram.
    #[arg(
        long,
        env = "RELEVANCE_CHAR_MIN_DOCUMENT_FREQUENCY",
        value_name = "TEXTS",
        hide_short_help = true
    )]
    char_min_document_frequency: Option<u32>,
    /// Maximum number of character n-grams; those in the most training texts are kept.
    #[arg(
        long,
        env = "RELEVANCE_CHAR_MAX_FEATURES",
        value_name = "NGRAMS",
        hide_short_help = true
    )]
    char_max_features: Option<usize>,
    /// Implementation of the fit: `sparse` or `linfa`.
    #[arg(
        long,
        env = "RELEVANCE_SOLVER",
        value_name = "CHOICE",
        value_parser = parse_choice::<SolverKind>
    )]
    solver: Option<SolverKind>,
    /// Weight of the L2 penalty.
    #[arg(long, env = "RELEVANCE_ALPHA", value_name = "NUMBER")]
    alpha: Option<f64>,
    /// Weights of the two classes in the fit: `equal`, `balanced`, or those of relevant and other texts as `3:1`.
    #[arg(long, env = "RELEVANCE_CLASS_WEIGHT", value_name = "WEIGHTS")]
    class_weight: Option<ClassWeight>,
    /// Column, or JSON key, with the weight of each row in the fit.
    #[arg(long, env = "RELEVANCE_WEIGHT_COLUMN", value_name = "NAME")]
    weight_column: Option<String>,
    /// Maximum number of iterations of the fit.
    #[arg(long, env = "RELEVANCE_MAX_ITERATIONS", value_name = "NUMBER")]
    max_iterations: Option<u64>,
    /// Tolerance of `sparse`: the fit ends when a step can lower the objective by less than this fraction of it.
    #[arg(long, env = "RELEVANCE_TOLERANCE", value_name = "FRACTION")]
    tolerance: Option<f64>,
    /// Tolerance of `linfa`: the fit ends when the norm of the gradient is below it.
    #[arg(long, env = "RELEVANCE_GRADIENT_TOLERANCE", value_name = "NUMBER")]
    gradient_tolerance: Option<f64>,
    /// Calibrate the probabilities on the validation subset (Platt scaling).
    #[arg(
        long,
        env = "RELEVANCE_CALIBRATE",
        value_name = "BOOL",
        num_args = 0..=1,
        default_missing_value = "true"
    )]
    calibrate: Option<bool>,
    /// Rule that chooses the threshold: `max-f0.6`, `max-f1`, `precision>=0.9`, `recall>=0.8` or `cost:FP:FN`.
    #[arg(long, env = "RELEVANCE_THRESHOLD_RULE", value_name = "RULE")]
    threshold_rule: Option<ThresholdRule>,
    /// How to predict texts without known terms: `not-relevant` by a threshold above their probability, or
    /// `by-probability`.
    #[arg(long, env = "RELEVANCE_UNKNOWN_TEXTS", value_name = "PREDICTION")]
    unknown_texts: Option<UnknownTexts>,
}

impl FitArguments {
    /// Changes the settings whose flag is given.
    pub fn apply(&self, settings: &mut Settings) {
        let features = &mut settings.features;
        set(&mut features.token_characters, self.token_characters);
        set(&mut features.ngram_max, self.ngram_max);
        set(
            &mut features.min_document_frequency,
            self.min_document_frequency,
        );
        set(&mut features.max_features, self.max_features);

        set(&mut features.analyzer, self.analyzer);
        set(&mut features.char_ngram_min, self.char_ngram_min);
        set(&mut features.char_ngram_max, self.char_ngram_max);
        set(
            &mut features.char_min_document_frequency,
            self.char_min_document_frequency,
        );
        set(&mut features.char_max_features, self.char_max_features);

        let solver = &mut settings.solver;
        set(&mut solver.kind, self.solver);
        set(&mut solver.alpha, self.alpha);
        set(&mut solver.class_weight, self.class_weight);
        set(
            &mut solver.weight_column,
            self.weight_column.clone().map(Some),
        );
        set(&mut solver.max_iterations, self.max_iterations);
        set(&mut solver.tolerance, self.tolerance);
        set(&mut solver.gradient_tolerance, self.gradient_tolerance);

        set(&mut settings.calibrate, self.calibrate);
        set(&mut settings.threshold, self.threshold_rule);
        set(&mut settings.unknown_texts, self.unknown_texts);
    }
}
