//! The report of a training run, for people and programs.

use relevance_data::{Dataset, LeftOut, NearDuplicates};
use relevance_pipeline::{Labels, PipelineParts};
use serde::{Deserialize, Serialize};

use crate::evaluate::baseline::Baseline;
use crate::evaluate::calibration::{Calibration, PlattScaling};
use crate::evaluate::case_sensitivity::CaseSensitivity;
use crate::evaluate::cross_validation::CrossValidation;
use crate::evaluate::gate::TestMetrics;
use crate::evaluate::intervals::{self, Intervals};
use crate::evaluate::learning_curve::LearningCurve;
use crate::evaluate::metrics::Metrics;
use crate::evaluate::model_checks::CheckOutcome;
use crate::evaluate::slices::Slice;
use crate::evaluate::threshold::{ThresholdRule, UnknownTexts};
use crate::evaluate::token_coverage::TokenCoverage;
use crate::fit::elsewhere::Origin;
use crate::fit::settings::SolverKind;
use crate::fit::vectorizer::BeyondLimit;
use crate::search::SearchReport;

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
    /// Names of the two classes.
    #[serde(default)]
    pub labels: Labels,
    /// Rows of the source that are labelled "Can't Decide".
    pub undecided_rows: usize,
    /// Rows that are left out of training.
    #[serde(default)]
    pub left_out: LeftOut,
    /// Texts of the training subset.
    pub train: Counts,
    /// Texts of the validation subset, which the threshold was chosen on.
    pub validation: Counts,
    /// Texts of the test subset.
    pub test: Counts,
    /// Texts of the validation and test subsets that nearly repeat a training text.
    pub near_duplicates: NearDuplicates,
    /// Part of the training texts that tokens cover, where it is low.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_coverage: Option<TokenCoverage>,
    /// Rows that are in another subset than the one that a column names for them, because an equal
    /// normalised text is there.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub moved_rows: usize,
    /// The fitted model.
    pub fit: Fit,
    /// Where the pipeline was fitted, unless by this run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fitted_elsewhere: Option<Origin>,
    /// Calibration of the probabilities; none when the settings leave them as they are, or when the
    /// model ranks the validation subset no better than chance.
    pub platt_scaling: Option<PlattScaling>,
    /// The probability from which a text is relevant.
    pub threshold: f32,
    /// Thresholds of other rules, with their metrics on the test subset.
    #[serde(default)]
    pub threshold_alternatives: Vec<ThresholdAlternative>,
    /// Metrics on the validation subset.
    pub validation_metrics: Metrics,
    /// Metrics on the test subset.
    pub test_metrics: Metrics,
    /// 95 % bootstrap intervals of the test metrics.
    pub test_intervals: Intervals,
    /// Calibration of the probabilities on the test subset.
    pub test_calibration: Calibration,
    /// Metrics of rules without a model on the test subset.
    pub baselines: Vec<Baseline>,
    /// Metrics of parts of the test subset; slices of one name are consecutive.
    pub slices: Vec<Slice>,
    /// Outcomes of the model checks.
    pub model_checks: Vec<CheckOutcome>,
    /// Dependence on the case of letters outside ASCII, where it is high.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_sensitivity: Option<CaseSensitivity>,
    /// Cross-validation on the training and validation subsets, if it is on.
    pub cross_validation: Option<CrossValidation>,
    /// Models that are fitted on parts of the training subset, if the settings ask for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learning_curve: Option<LearningCurve>,
    /// The search that chose the settings, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchReport>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Threshold of a rule that the settings do not name.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThresholdAlternative {
    /// The rule.
    pub rule: ThresholdRule,
    /// How it predicts texts without known terms.
    pub unknown_texts: UnknownTexts,
    /// The probability from which a text is relevant.
    pub threshold: f32,
    /// Precision on the test subset.
    pub precision: f64,
    /// Recall on the test subset.
    pub recall: f64,
    /// F1 on the test subset.
    pub f1: f64,
}

/// Number of texts of each label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Texts labelled relevant.
    pub relevant: usize,
    /// Texts labelled not relevant.
    pub not_relevant: usize,
}

/// Summary of the fit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// Solver of the linear model; none for a pipeline that was fitted elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solver: Option<SolverKind>,
    /// Number of terms of tokens in the vocabulary.
    pub vocabulary: usize,
    /// Number of character n-grams, if the model has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub character_ngrams: Option<usize>,
    /// Frequent terms that the limits of the settings left out, if there are any.
    #[serde(default, skip_serializing_if = "BeyondLimit::is_none")]
    pub beyond_limit: BeyondLimit,
    /// The solver's objective at the end of the fit; none for a pipeline that was fitted elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<f64>,
}

impl Report {
    /// Returns the metrics on the test subset, with their intervals if it has few texts of a label.
    #[must_use]
    pub fn for_gate(&self) -> TestMetrics<'_> {
        let Counts {
            relevant,
            not_relevant,
        } = self.test;
        TestMetrics {
            metrics: &self.test_metrics,
            intervals: intervals::are_few(relevant, not_relevant).then_some(&self.test_intervals),
        }
    }
}

impl Fit {
    /// Counts the terms of a pipeline.
    pub(crate) fn count(parts: &PipelineParts) -> Self {
        let characters = parts.characters.as_ref();
        Self {
            solver: None,
            vocabulary: parts.vocabulary.len(),
            character_ngrams: characters.map(|block| block.ngrams.len()),
            beyond_limit: BeyondLimit::default(),
            objective: None,
        }
    }

    /// Returns the number of terms of each kind in words, as `20000 terms and 50000 character
    /// n-grams`.
    #[must_use]
    pub fn terms(&self, count: impl Fn(usize) -> String) -> String {
        let words = (self.vocabulary > 0).then(|| format!("{} terms", count(self.vocabulary)));
        let characters = self
            .character_ngrams
            .map(|ngrams| format!("{} character n-grams", count(ngrams)));

        let parts: Vec<String> = words.into_iter().chain(characters).collect();
        parts.join(" and ")
    }
}

impl Counts {
    /// Counts the labels of the rows with these indexes.
    #[must_use]
    pub fn count(dataset: &Dataset, indexes: &[u32]) -> Self {
        let relevant = indexes
            .iter()
            .filter(|&&index| dataset.is_relevant(index))
            .count();
        Self {
            relevant,
            not_relevant: indexes.len() - relevant,
        }
    }

    /// Texts of either label.
    #[must_use]
    pub const fn texts(&self) -> usize {
        self.relevant + self.not_relevant
    }
}
