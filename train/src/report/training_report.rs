//! What a training run measured, for people and programs.

use relevance_data::NearDuplicates;
use serde::{Deserialize, Serialize};

use crate::evaluate::baseline::Baseline;
use crate::evaluate::calibration::{Calibration, PlattScaling};
use crate::evaluate::cross_validation::CrossValidation;
use crate::evaluate::intervals::Intervals;
use crate::evaluate::metrics::Metrics;
use crate::evaluate::model_checks::CheckOutcome;
use crate::evaluate::slices::Slice;
use crate::fit::settings::SolverKind;

/// The contents of `metrics.json`; equal data and settings give equal reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Name of the model.
    pub name: String,
    /// Digest of data, settings and tool.
    pub fingerprint: String,
    /// Version of the tool that trained.
    pub tool_version: String,
    /// SHA-256 of the examples.
    pub data_digest: String,
    /// SHA-256 of the settings.
    pub settings_digest: String,
    /// Rows of the source that no one could decide on.
    pub undecided_rows: usize,
    /// The side that was trained on.
    pub train: Counts,
    /// The side that chose the threshold, and its figures.
    pub validation: Counts,
    /// The side that measured.
    pub test: Counts,
    /// Texts of validation and test that are almost on the training side too.
    pub near_duplicates: NearDuplicates,
    /// What was fitted.
    pub fit: Fit,
    /// The line that calibrated the probabilities, if they were.
    pub platt_scaling: Option<PlattScaling>,
    /// The probability from which a text is relevant.
    pub threshold: f32,
    /// PerMetric on the side that chose the threshold.
    pub validation_metrics: Metrics,
    /// PerMetric on the side that was not looked at.
    pub test_metrics: Metrics,
    /// Where 95 % of the resampled test figures lie.
    pub test_intervals: Intervals,
    /// Whether the probabilities on the test side mean what they say.
    pub test_calibration: Calibration,
    /// What rules without a model reach on the test side.
    pub baselines: Vec<Baseline>,
    /// PerMetric of parts of the test side; those of one name together.
    pub slices: Vec<Slice>,
    /// What the model does whatever its figures are.
    pub model_checks: Vec<CheckOutcome>,
    /// PerMetric of models that were fitted on parts of the training and validation sides, if they were asked for.
    pub cross_validation: Option<CrossValidation>,
}

/// How many texts of each label a side has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Texts that are relevant.
    pub relevant: usize,
    /// Texts that are not.
    pub not_relevant: usize,
}

/// What was fitted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// Which solver fitted.
    pub solver: SolverKind,
    /// How many terms are known.
    pub vocabulary: usize,
    /// The solver's objective at the end.
    pub objective: f64,
}

impl Counts {
    /// Counts the labels of a side.
    #[must_use]
    pub fn from_labels(labels: &[bool]) -> Self {
        let relevant = labels.iter().filter(|&&label| label).count();
        Self {
            relevant,
            not_relevant: labels.len() - relevant,
        }
    }

    /// Texts of either label.
    #[must_use]
    pub const fn texts(&self) -> usize {
        self.relevant + self.not_relevant
    }
}
