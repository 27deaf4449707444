//! The figures that take time, side by side: what a report holds besides the fit and the metrics.

use rayon::join;
use relevance_data::{Dataset, NearDuplicates, Split, SplitBy, near_duplicates, sample};
use relevance_pipeline::{Predictor, ScoreBuffer};

use crate::error::TrainError;
use crate::evaluate::baseline::{Baseline, BaselineRules};
use crate::evaluate::cross_validation::CrossValidation;
use crate::evaluate::intervals::Intervals;
use crate::evaluate::model_checks::CheckOutcome;
use crate::evaluate::profile::Profile;
use crate::evaluate::slices::{Slice, slices_by_column, slices_by_length};
use crate::settings::Settings;
use crate::subset::{Side, TestSubset};

/// Texts of the test side that are profiled at most, evenly spread: more would move no share by a hundredth.
const PROFILED_TEXTS: usize = 5000;

/// What is measured, and on what.
#[derive(Clone, Copy)]
pub struct Evaluation<'a> {
    pub dataset: &'a Dataset,
    pub settings: &'a Settings,
    pub split: &'a Split,
    pub test: &'a Side<'a>,
    /// The pipeline's probabilities on the test side: `[split.test]`.
    pub probabilities: &'a [f32],
    pub threshold: f32,
    pub rules: &'a BaselineRules,
}

/// What was measured.
pub struct Details {
    pub near_duplicates: NearDuplicates,
    pub intervals: Intervals,
    pub baselines: Vec<Baseline>,
    pub slices: Vec<Slice>,
    pub model_checks: Vec<CheckOutcome>,
    pub cross_validation: Option<CrossValidation>,
    pub profile: Profile,
}

impl Evaluation<'_> {
    /// Measures with the pipeline of `predictor`.
    ///
    /// # Errors
    /// When the model checks or the folds cannot be made.
    pub fn run(self, predictor: &Predictor) -> Result<Details, TrainError> {
        let Self {
            dataset,
            settings,
            split,
            test,
            probabilities,
            threshold,
            rules,
        } = self;
        let near_duplicates = near_duplicates(dataset, split);
        let ((intervals, model_checks), ((baselines, slices), (profile, cross_validation))) = join(
            || {
                join(
                    || {
                        Intervals::compute(
                            probabilities,
                            &test.labels,
                            threshold,
                            settings.split.seed,
                        )
                    },
                    || {
                        let predict =
                            |text: &str| predictor.predict(text, &mut ScoreBuffer::default());
                        settings.model_checks.run(&test.texts, predict)
                    },
                )
            },
            || {
                join(
                    || {
                        join(
                            || rules.measure(&test.texts, &test.labels),
                            || self.slices(),
                        )
                    },
                    || {
                        join(
                            || self.profile(predictor),
                            || CrossValidation::compute(dataset, split, settings),
                        )
                    },
                )
            },
        );
        let (model_checks, cross_validation) = (model_checks?, cross_validation?);
        Ok(Details {
            near_duplicates,
            intervals,
            baselines,
            slices,
            model_checks,
            cross_validation,
            profile,
        })
    }

    /// PerMetric of the test side by length and by each further column of the source.
    fn slices(&self) -> Vec<Slice> {
        let Self {
            dataset,
            settings,
            split,
            test,
            probabilities,
            threshold,
            ..
        } = *self;
        let side = TestSubset {
            texts: &test.texts,
            labels: &test.labels,
            probabilities,
        };
        let mut slices = slices_by_length(settings.features.token_characters, side, threshold);
        // Hardly two rows share a time.
        let is_time = |name: &String| {
            settings.split.by == SplitBy::Time && settings.split.column.as_ref() == Some(name)
        };
        for (name, column) in settings
            .source
            .columns
            .iter()
            .zip(&dataset.columns)
            .filter(|(name, _)| !is_time(name))
        {
            let values: Vec<&str> = split
                .test
                .iter()
                .map(|&place| column.value(place))
                .collect();
            slices.extend(slices_by_column(name, &values, side, threshold));
        }
        slices
    }

    /// What evenly spread texts of the test side are like.
    fn profile(&self, predictor: &Predictor) -> Profile {
        let texts: Vec<&str> = sample(&self.test.texts, PROFILED_TEXTS).copied().collect();
        let labels: Vec<bool> = sample(&self.test.labels, PROFILED_TEXTS).copied().collect();
        Profile::compute(predictor.clone(), &texts, &labels)
    }
}
