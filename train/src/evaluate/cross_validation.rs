//! k-fold cross-validation on the training and validation subsets.

use relevance_data::{Dataset, Split};
use relevance_pipeline::{Pipeline, Predictor};
use serde::{Deserialize, Serialize};

use super::metrics::Metrics;
use super::per_metric::PerMetric;
use super::spread::{mean, standard_deviation};
use super::threshold::{ThresholdChoice, ThresholdRule, choose_threshold};
use crate::error::TrainError;
use crate::fit::fitted::Fitted;
use crate::settings::Settings;
use crate::split::{self, rows_of_others};
use crate::subset::Subset;

/// Metrics of models that are fitted on parts of the training and validation subsets.
///
/// Their spread shows how much the metrics depend on the split. The test subset is not used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrossValidation {
    /// Results of each fold with a model that was fitted on the others.
    pub folds: Vec<Fold>,
    /// Mean of each metric over the folds.
    pub mean: PerMetric<f64>,
    /// Sample standard deviation (n - 1) of each metric over the folds.
    pub standard_deviation: PerMetric<f64>,
}

/// Results of one fold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fold {
    /// Threshold that the rule chooses on the out-of-fold probabilities of the other folds.
    pub threshold: f32,
    /// Metrics at the threshold.
    pub metrics: Metrics,
}

/// Labels of one fold with their out-of-fold probabilities: those of the model that was fitted on
/// the other folds.
struct OutOfFold {
    labels: Vec<bool>,
    probabilities: Vec<f32>,
    /// Probability that the threshold must be above, if there is one.
    above: Option<f32>,
}

impl CrossValidation {
    /// Fits one model for each fold, one after the other; `None` when cross-validation is off.
    ///
    /// Probabilities are not calibrated: calibration would move them and the threshold alike.
    pub(crate) fn compute(
        dataset: &Dataset,
        split: &Split,
        settings: &Settings,
    ) -> Result<Option<Self>, TrainError> {
        if !settings.cross_validation.is_on() {
            return Ok(None);
        }

        let folds = assign_folds(dataset, split, settings)?;
        let predictions = (0..folds.len())
            .map(|fold| OutOfFold::predict(dataset, &folds, fold, settings))
            .collect::<Result<Vec<_>, _>>()?;

        let folds = (0..folds.len())
            .map(|fold| Fold::measure(&predictions, fold, settings.threshold))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Some(Self::from_folds(folds)))
    }

    fn from_folds(folds: Vec<Fold>) -> Self {
        let values = |metric: fn(&Metrics) -> f64| folds.iter().map(move |it| metric(&it.metrics));
        let mean = PerMetric::from_each(|metric| mean(values(metric)));
        let standard_deviation = PerMetric::from_each(|metric| standard_deviation(values(metric)));
        Self {
            folds,
            mean,
            standard_deviation,
        }
    }
}

/// Assigns the rows of the training and validation subsets to the folds.
pub(crate) fn assign_folds(
    dataset: &Dataset,
    split: &Split,
    settings: &Settings,
) -> Result<Vec<Vec<u32>>, TrainError> {
    let rows = [split.train.as_slice(), &split.validation].concat();
    split::assign_folds(dataset, &rows, settings, settings.cross_validation.folds)
}

impl OutOfFold {
    /// Fits a model on the other folds and predicts this one.
    fn predict(
        dataset: &Dataset,
        folds: &[Vec<u32>],
        fold: usize,
        settings: &Settings,
    ) -> Result<Self, TrainError> {
        let others = rows_of_others(folds, fold);
        let fitted = Fitted::fit(
            &Subset::weighted(dataset, &others, settings)?,
            settings,
            &(),
        )?;
        let pipeline = Pipeline::try_from(fitted.parts)?;

        let held_out = Subset::new(dataset, &folds[fold]);
        let probabilities = held_out.probabilities(&Predictor::new(&pipeline));
        Ok(Self {
            labels: held_out.labels,
            probabilities,
            above: settings.unknown_texts.bound(&pipeline),
        })
    }
}

impl Fold {
    fn measure(
        predictions: &[OutOfFold],
        fold: usize,
        rule: ThresholdRule,
    ) -> Result<Self, TrainError> {
        let others = || predictions[..fold].iter().chain(&predictions[fold + 1..]);
        let probabilities: Vec<f32> = others()
            .flat_map(|other| other.probabilities.iter().copied())
            .collect();
        let labels: Vec<bool> = others()
            .flat_map(|other| other.labels.iter().copied())
            .collect();

        let above = others().filter_map(|other| other.above).reduce(f32::max);

        let choice = ThresholdChoice { rule, above };
        let threshold = choose_threshold(&probabilities, &labels, choice).ok_or(
            TrainError::NoFoldThreshold {
                rule,
                above,
                fold: fold + 1,
                texts: labels.len(),
            },
        )?;

        let OutOfFold {
            labels,
            probabilities,
            ..
        } = &predictions[fold];
        Ok(Self {
            threshold,
            metrics: Metrics::compute(probabilities, labels, threshold),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_standard_deviation_match_values_computed_by_hand() {
        let labels = [true, true, false, false];
        let fold = |probabilities: [f32; 4]| Fold {
            threshold: 0.5,
            metrics: Metrics::compute(&probabilities, &labels, 0.5),
        };
        let folds = vec![
            fold([0.9, 0.8, 0.1, 0.2]),
            fold([0.9, 0.2, 0.1, 0.3]),
            fold([0.9, 0.8, 0.7, 0.6]),
        ];
        let summary = CrossValidation::from_folds(folds);

        // Recall is 1, 0.5 and 1; precision 1, 1 and 0.5.
        assert!((summary.mean.recall - 5.0 / 6.0).abs() < 1e-12);
        assert!((summary.mean.precision - 5.0 / 6.0).abs() < 1e-12);
        assert!((summary.standard_deviation.recall - (1.0_f64 / 12.0).sqrt()).abs() < 1e-12);
        // The area is 1, 0.75 and 1.
        assert!((summary.mean.roc_auc - 11.0 / 12.0).abs() < 1e-12);
        assert!((summary.standard_deviation.roc_auc - (1.0_f64 / 48.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn threshold_of_a_fold_comes_from_the_others() {
        let predictions = |shift: f32| OutOfFold {
            labels: vec![false, true],
            probabilities: vec![0.1 + shift, 0.3 + shift],
            above: None,
        };
        let all = [predictions(0.0), predictions(0.5)];
        let thresholds = [0, 1].map(|fold| {
            Fold::measure(&all, fold, ThresholdRule::MaxF(1.0))
                .unwrap()
                .threshold
        });

        assert!(
            (thresholds[0] - 0.7).abs() < 1e-6 && (thresholds[1] - 0.2).abs() < 1e-6,
            "{thresholds:?}"
        );
    }
}
