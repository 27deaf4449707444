//! Labelled examples to a fitted pipeline and a report.
//!
//! [`train()`] splits the examples, fits vocabulary, weights and linear model on one side, chooses the threshold on the second
//! and measures on the third; [`Gate`] says whether the result may be published.

mod baseline;
mod calibration;
mod card;
mod cross_validation;
mod curves;
mod drift;
mod error;
mod evaluation;
mod gate;
mod html;
mod intervals;
mod metrics;
mod model_checks;
mod per_metric;
mod profile;
mod ranking;
mod report;
mod rows;
mod settings;
mod slices;
pub mod solver;
mod test_subset;
mod threshold;
mod train;
mod vectorizer;

pub use baseline::Baseline;
pub use calibration::{Bin, Calibration, PlattScaling};
pub use card::model_card;
pub use cross_validation::{CrossValidation, CrossValidationSettings, Fold};
pub use curves::{CurvePoint, pr_curve, roc_curve};
pub use drift::{Distance, Drift};
pub use error::TrainError;
pub use gate::{ChampionComparison, Gate, GateFailure};
pub use html::ReportPage;
pub use intervals::{Interval, Intervals};
pub use metrics::{ConfusionMatrix, Metrics};
pub use model_checks::{
    CheckFailure, CheckOutcome, Direction, ModelCheckError, ModelChecks, Verdict,
};
pub use per_metric::PerMetric;
pub use profile::{Profile, Profiler};
pub use report::{Counts, Fit, Report};
pub use rows::{Row, RowChunk, SparseRows};
pub use settings::{FeatureTraining, Settings, SolverKind, SolverSettings};
pub use slices::{MAX_VALUES, SMALL_SLICE, Slice, slices_by_column, slices_by_length};
pub use test_subset::TestSubset;
pub use threshold::{ParseThresholdRuleError, ThresholdRule, choose_threshold};
pub use train::{Observer, Trained, train, train_beside};
pub use vectorizer::Vectorizer;
