//! Labelled examples to a fitted pipeline and a report.
//!
//! [`train()`] splits the examples, fits vocabulary, weights and linear model on the training
//! subset, chooses the threshold on the validation subset and measures on the test subset.
//! [`Gate`] decides whether the result may be published.
//!
//! - [`fit`]: vectorizer, rows and solver
//! - [`search`](mod@search): choice of the settings by cross-validation
//! - [`evaluate`]: metrics, model checks, comparison with the production model, gate
//! - [`report`]: the report as data, HTML and Markdown

mod error;
pub mod evaluate;
pub mod fit;
mod fitted_pipeline;
mod progress;
pub mod report;
pub mod search;
pub mod settings;
mod settings_error;
mod split;
mod subset;
mod train;

pub use error::TrainError;
pub use evaluate::champion::{ChampionComparison, FrozenRow, PredictionChanges};
pub use evaluate::drift::{Distance, Drift};
pub use evaluate::gate::{Gate, GateFailure};
pub use evaluate::metrics::Metrics;
pub use evaluate::profile::{Profile, Profiler};
pub use evaluate::threshold::{ThresholdRule, UnknownTexts};
pub use evaluate::trained_texts::TrainedTexts;
pub use fit::class_weight::{ClassWeight, ParseClassWeightError};
pub use fit::elsewhere::{FittedElsewhere, Origin};
pub use fit::settings::{Analyzer, SolverKind};
pub use fit::vectorizer::BeyondLimit;
pub use progress::Observer;
pub use report::card::model_card;
pub use report::html::ReportPage;
pub use report::training_report::{Fit, Report};
pub use search::{SearchBudget, SearchMetric, SearchSettings, search};
pub use settings::Settings;
pub use settings_error::SettingsFileError;
pub use split::split;
pub use subset::TestSubset;
pub use train::{Trained, check_trainable, measure_beside, train, train_beside};
