//! Labelled examples to a fitted pipeline and a report.
//!
//! [`train()`] splits the examples, fits vocabulary, weights and linear model on one side, chooses the threshold on the second
//! and measures on the third; [`Gate`] says whether the result may be published.

mod baseline;
mod calibration;
mod card;
mod error;
mod gate;
mod intervals;
mod metrics;
mod ranking;
mod report;
mod rows;
mod settings;
pub mod solver;
mod threshold;
mod train;
mod vectorizer;

pub use baseline::Baseline;
pub use calibration::{Bin, Calibration, PlattScaling};
pub use card::model_card;
pub use error::TrainError;
pub use gate::{Gate, Refusal};
pub use intervals::{Interval, Intervals};
pub use metrics::{ConfusionMatrix, Metrics};
pub use report::{Counts, Fit, Report};
pub use rows::{RowChunk, SparseRows};
pub use settings::{FeatureTraining, Settings, SolverKind, SolverSettings};
pub use threshold::{ParseThresholdRuleError, ThresholdRule, choose_threshold};
pub use train::{Trained, train};
pub use vectorizer::Vectorizer;
