//! The slower part of the evaluation: everything in a report besides the fit, the metrics and the
//! calibration.

use rayon::join;
use relevance_data::{Dataset, NearDuplicates, Split, SplitBy, near_duplicates, sample};
use relevance_pipeline::{Predictor, ScoreBuffer};

use super::baseline::{Baseline, BaselineRules};
use super::case_sensitivity::CaseSensitivity;
use super::cross_validation::CrossValidation;
use super::intervals::Intervals;
use super::learning_curve::LearningCurve;
use super::model_checks::{CheckOutcome, ModelCheckError};
use super::profile::Profile;
use super::slices::{Slice, slices_by_column, slices_by_length};
use crate::error::TrainError;
use crate::settings::Settings;
use crate::subset::TestSubset;

/// Most texts of the test subset that are profiled; more would move no fraction by a hundredth.
const MAX_PROFILED_TEXTS: usize = 5000;

/// A model and the data that it is evaluated on.
#[derive(Clone, Copy)]
pub(crate) struct Evaluation<'a> {
    pub(crate) dataset: &'a Dataset,
    pub(crate) settings: &'a Settings,
    pub(crate) split: &'a Split,
    /// The texts of `split.test`, with the model's probabilities.
    pub(crate) test: TestSubset<'a>,
    pub(crate) threshold: f32,
    pub(crate) baseline_rules: &'a BaselineRules,
}

/// Results of an [`Evaluation`].
pub(crate) struct EvaluationResults {
    pub(crate) near_duplicates: NearDuplicates,
    pub(crate) intervals: Intervals,
    pub(crate) baselines: Vec<Baseline>,
    pub(crate) slices: Vec<Slice>,
    pub(crate) model_checks: Vec<CheckOutcome>,
    pub(crate) case_sensitivity: CaseSensitivity,
    pub(crate) cross_validation: Option<CrossValidation>,
    pub(crate) learning_curve: Option<LearningCurve>,
    pub(crate) profile: Profile,
}

impl Evaluation<'_> {
    /// Evaluates the model of `predictor`, in parallel.
    ///
    /// # Errors
    /// When the model checks, the folds or the fits of the learning curve cannot be made.
    pub(crate) fn run(self, predictor: &Predictor) -> Result<EvaluationResults, TrainError> {
        let near_duplicates = near_duplicates(self.dataset, self.split);

        let intervals_and_checks = || join(|| self.intervals(), || self.model_checks(predictor));
        let baselines_and_slices = || join(|| self.baselines(), || self.slices());
        let profile_and_folds = || join(|| self.profile(predictor), || self.cross_validation());
        let ((intervals, model_checks), ((baselines, slices), (profile, cross_validation))) =
            join(intervals_and_checks, || {
                join(baselines_and_slices, profile_and_folds)
            });

        Ok(EvaluationResults {
            near_duplicates,
            intervals,
            baselines,
            slices,
            model_checks: model_checks?,
            case_sensitivity: self.case_sensitivity(predictor),
            cross_validation: cross_validation?,
            learning_curve: self.learning_curve()?,
            profile,
        })
    }

    fn intervals(&self) -> Intervals {
        let TestSubset {
            labels,
            probabilities,
            ..
        } = self.test;

        Intervals::compute(
            probabilities,
            labels,
            self.threshold,
            self.settings.split.seed,
        )
    }

    fn model_checks(&self, predictor: &Predictor) -> Result<Vec<CheckOutcome>, ModelCheckError> {
        // One buffer for all texts, since it has a count for each character n-gram of the model.
        let mut buffer = ScoreBuffer::default();
        let predict = |text: &str| predictor.predict(text, &mut buffer);
        self.settings.model_checks.run(
            self.test.texts,
            &self.dataset.labelling,
            self.settings.features.analyzer,
            predict,
        )
    }

    fn case_sensitivity(&self, predictor: &Predictor) -> CaseSensitivity {
        let mut buffer = ScoreBuffer::default();
        CaseSensitivity::measure(self.test.texts, |text| predictor.predict(text, &mut buffer))
    }

    fn baselines(&self) -> Vec<Baseline> {
        self.baseline_rules
            .measure(self.test.texts, self.test.labels)
    }

    fn cross_validation(&self) -> Result<Option<CrossValidation>, TrainError> {
        CrossValidation::compute(self.dataset, self.split, self.settings)
    }

    fn learning_curve(&self) -> Result<Option<LearningCurve>, TrainError> {
        LearningCurve::compute(self.dataset, self.split, self.settings, self.test)
    }

    /// Metrics of the test subset by length and by each further column of the source.
    fn slices(&self) -> Vec<Slice> {
        let Self {
            dataset,
            settings,
            split,
            test,
            threshold,
            ..
        } = *self;
        let mut slices = slices_by_length(settings.features.token_characters, test, threshold);

        // Few rows share a time, all test rows one subset, and a weight is no property of a text:
        // their columns make no slices.
        let is_unsliced = |name: &String| {
            matches!(settings.split.by, SplitBy::Time | SplitBy::Subset)
                && settings.split.column.as_ref() == Some(name)
                || settings.solver.weight_column.as_ref() == Some(name)
        };
        let columns = settings.source.columns.iter().zip(&dataset.columns);
        for (name, column) in columns.filter(|(name, _)| !is_unsliced(name)) {
            let values: Vec<&str> = split
                .test
                .iter()
                .map(|&index| column.value(index))
                .collect();
            slices.extend(slices_by_column(name, &values, test, threshold));
        }
        slices
    }

    /// Profile of an evenly spaced sample of the test subset.
    fn profile(&self, predictor: &Predictor) -> Profile {
        let texts: Vec<&str> = sample(self.test.texts, MAX_PROFILED_TEXTS)
            .copied()
            .collect();
        let labels: Vec<bool> = sample(self.test.labels, MAX_PROFILED_TEXTS)
            .copied()
            .collect();
        Profile::compute(predictor.clone(), &texts, &labels)
    }
}
