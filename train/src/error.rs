//! Why training gave no pipeline.

use relevance_data::DataError;
use relevance_pipeline::PipelineError;

use crate::evaluate::model_checks::ModelCheckError;
use crate::evaluate::threshold::ThresholdRule;
use crate::fit::solver::SolverError;

/// What went wrong between the examples and the report.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The settings are not TOML, or have an unknown key or a value of another type.
    #[error("the settings cannot be read")]
    Settings(#[source] toml::de::Error),
    /// A setting outside its range.
    #[error("setting `{name}` is {got}, it must be {range}")]
    Setting {
        /// The setting, with its section.
        name: &'static str,
        /// The value that was given.
        got: String,
        /// What is accepted.
        range: &'static str,
    },
    /// The examples cannot be split.
    #[error(transparent)]
    Data(#[from] DataError),
    /// No term of the training texts is frequent enough.
    #[error(
        "no term stands in {min_document_frequency} of the {texts} training texts or more: lower \
         `features.min_document_frequency` or bring more texts"
    )]
    NoTerms {
        /// The setting.
        min_document_frequency: u32,
        /// How many training texts there are.
        texts: usize,
    },
    /// More texts or terms than the file's numbers can count.
    #[error("{got} {what} are too many, the limit is {limit}", limit = u32::MAX)]
    TooMany {
        /// What was counted.
        what: &'static str,
        /// How many there are.
        got: usize,
    },
    /// No threshold does what its rule asks.
    #[error(
        "no threshold gives `{rule}` on the {texts} texts of the validation side: lower the floor, or bring more or better \
         examples"
    )]
    NoThreshold {
        /// The setting.
        rule: ThresholdRule,
        /// How many texts the side has.
        texts: usize,
    },
    /// The model checks cannot be made.
    #[error(transparent)]
    ModelChecks(#[from] ModelCheckError),
    /// No threshold does what its rule asks in the cross-validation.
    #[error(
        "cross-validation: no threshold gives `{rule}` on the {texts} texts outside of fold {fold}: lower the floor, or bring \
         more or better examples"
    )]
    NoFoldThreshold {
        /// The setting.
        rule: ThresholdRule,
        /// The fold, from 1.
        fold: usize,
        /// How many texts the others have.
        texts: usize,
    },
    /// The solver failed.
    #[error("the linear model cannot be fitted")]
    Solver(#[from] SolverError),
    /// The result is no pipeline.
    #[error("what was fitted is not a pipeline")]
    Pipeline(#[from] PipelineError),
}
