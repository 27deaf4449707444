//! Failures of a training run.

use relevance_data::{DataError, LeftOut};
use relevance_pipeline::{Labels, PipelineError, TokenCharacters};

use crate::evaluate::model_checks::ModelCheckError;
use crate::evaluate::threshold::ThresholdRule;
use crate::fit::settings::Analyzer;
use crate::fit::solver::SolverError;
use crate::settings_error::SettingsFileError;

/// Failure of a training run.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The settings are not TOML, or have an unknown key or a value of another type.
    #[error("the settings cannot be read")]
    Settings(#[source] SettingsFileError),
    /// A setting outside its range.
    #[error("setting `{name}` is {got}; it must be {range}")]
    Setting {
        /// The setting, with its section.
        name: &'static str,
        /// The given value.
        got: String,
        /// The accepted range.
        range: &'static str,
    },
    /// The examples cannot be split.
    #[error(transparent)]
    Data(#[from] DataError),
    /// No row has one of the two labels.
    #[error(
        "no row with a text is labelled `{label}`{}: training needs rows of both labels",
        describe_left_out(*left_out)
    )]
    LabelMissing {
        /// The label.
        label: String,
        /// Rows that are left out.
        left_out: LeftOut,
    },
    /// More rows are left out than the gate allows.
    #[error(
        "{left} of {rows} rows would be left out ({left_out}), more than the fraction {limit} of \
         `gate.max_left_out`: correct them, or raise the limit with `--max-left-out`",
        left = left_out.rows()
    )]
    TooManyLeftOut {
        /// Rows that are left out.
        left_out: LeftOut,
        /// Number of all rows.
        rows: usize,
        /// The setting.
        limit: f64,
    },
    /// The weight of a row is not a weight.
    #[error(
        "{place}: the weight `{}` in the column of `solver.weight_column` is not a number between 0 and 1e9",
        value.escape_debug()
    )]
    Weight {
        /// Line or number of the row.
        place: String,
        /// The value, cut.
        value: String,
    },
    /// All training rows of a label have a weight of 0.
    #[error(
        "no training row labelled `{label}` has a weight over 0 in the column of \
         `solver.weight_column`"
    )]
    NoWeight {
        /// Name of the label.
        label: String,
    },
    /// No training text has a token.
    #[error(
        "none of the {texts} training texts has a token, a run of {characters} letters, digits and \
         `_`: {}",
        advise_on_tokens(*unicode_helps)
    )]
    NoTokens {
        /// Number of training texts.
        texts: usize,
        /// The setting `features.token_characters`.
        characters: TokenCharacters,
        /// Whether texts have tokens of Unicode characters.
        unicode_helps: bool,
    },
    /// No term of the training texts is frequent enough.
    #[error(
        "no term occurs in at least {min_document_frequency} training texts (there are {texts}): \
         lower `features.min_document_frequency`, or add texts"
    )]
    NoTerms {
        /// The setting.
        min_document_frequency: u32,
        /// Number of training texts.
        texts: usize,
    },
    /// No character n-gram is frequent enough.
    #[error(
        "no character n-gram occurs in at least {min_document_frequency} training texts (there are \
         {texts}): lower `features.char_min_document_frequency` \
         (`--char-min-document-frequency`) or `features.char_ngram_min` (`--char-ngram-min`), or \
         add texts"
    )]
    NoNgrams {
        /// The setting.
        min_document_frequency: u32,
        /// Number of training texts.
        texts: usize,
    },
    /// A setting that the analyzer does not read.
    #[error(
        "`features.{name}` (`--{}`) has no effect with the analyzer `{analyzer}`: leave it out, or \
         choose `--analyzer {other}` or `--analyzer both`",
        name.replace('_', "-")
    )]
    UnusedFeature {
        /// Name of the setting.
        name: &'static str,
        /// The analyzer.
        analyzer: Analyzer,
        /// The analyzer that reads the setting alone.
        other: Analyzer,
    },
    /// A setting of a fit beside a pipeline that was fitted elsewhere.
    #[error(
        "the settings of `{name}` have no effect on a pipeline that was fitted elsewhere: leave \
         them out"
    )]
    UnusedSettings {
        /// Name of the setting or its section.
        name: &'static str,
    },
    /// A pipeline that was fitted elsewhere has other labels than the examples.
    #[error(
        "the pipeline's labels are `{}` and `{}`, those of the examples `{}` and `{}`: name the \
         label that is relevant in both",
        pipeline.relevant, pipeline.not_relevant, examples.relevant, examples.not_relevant
    )]
    OtherLabels {
        /// Labels of the pipeline.
        pipeline: Labels,
        /// Labels of the examples.
        examples: Labels,
    },
    /// More texts than the indexes can address.
    #[error("{got} {what} are too many; the limit is {limit}", limit = u32::MAX)]
    TooMany {
        /// The counted items.
        what: &'static str,
        /// Their number.
        got: usize,
    },
    /// No threshold meets its rule.
    #[error(
        "no threshold{} gives `{rule}` on the {texts} texts of the validation subset: {}lower the \
         minimum in `threshold`, or add or correct examples", name_bound(*.above), advise_on_bound(*.above)
    )]
    NoThreshold {
        /// The setting.
        rule: ThresholdRule,
        /// Probability of texts without known terms, if the threshold must be above it.
        above: Option<f32>,
        /// Number of texts in the validation subset.
        texts: usize,
    },
    /// The model checks cannot run.
    #[error(transparent)]
    ModelChecks(#[from] ModelCheckError),
    /// No threshold meets its rule in the cross-validation.
    #[error(
        "cross-validation: no threshold{} gives `{rule}` on the {texts} texts outside of fold \
         {fold}: {}lower the minimum in `threshold`, or add or correct examples", name_bound(*.above), advise_on_bound(*.above)
    )]
    NoFoldThreshold {
        /// The setting.
        rule: ThresholdRule,
        /// Probability of texts without known terms, if the threshold must be above it.
        above: Option<f32>,
        /// Number of the fold, from 1.
        fold: usize,
        /// Number of texts in the other folds.
        texts: usize,
    },
    /// The solver failed.
    #[error("the linear model cannot be fitted")]
    Solver(#[from] SolverError),
    /// The settings or the fitted weights make no valid pipeline.
    #[error("the settings or the fitted weights make no valid pipeline")]
    Pipeline(#[from] PipelineError),
}

fn name_bound(above: Option<f32>) -> String {
    above.map_or_else(String::new, |above| {
        format!(" above {above:.3}, the probability of a text without known terms,")
    })
}

const fn advise_on_bound(above: Option<f32>) -> &'static str {
    if above.is_some() {
        "set `unknown_texts` to `by-probability`, "
    } else {
        ""
    }
}

fn describe_left_out(left_out: LeftOut) -> String {
    match left_out.rows() {
        0 => String::new(),
        rows => format!(", and {rows} rows are left out ({left_out})"),
    }
}

impl TrainError {
    /// Returns the error without values of the data, as [`DataError::redacted`] does.
    #[must_use]
    pub fn redacted(self) -> Self {
        match self {
            Self::Data(error) => Self::Data(error.redacted()),
            Self::ModelChecks(error) => Self::ModelChecks(error.redacted()),
            Self::Weight { place, .. } => Self::Weight {
                place,
                value: "…".to_owned(),
            },
            error => error,
        }
    }

    /// Returns whether no term of the training texts is frequent enough.
    pub(crate) const fn is_without_terms(&self) -> bool {
        matches!(
            self,
            Self::NoTerms { .. } | Self::NoTokens { .. } | Self::NoNgrams { .. }
        )
    }
}

const fn advise_on_tokens(unicode_helps: bool) -> &'static str {
    if unicode_helps {
        "set `features.token_characters` (`--token-characters`) to `unicode`"
    } else {
        "they have only punctuation and symbols, which words leave out: set `features.analyzer` \
         (`--analyzer`) to `char` to read them"
    }
}
