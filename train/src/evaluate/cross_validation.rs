//! k-fold cross-validation on everything but the test side: how much the figures depend on the draw.

use relevance_data::{Dataset, Split, folds};
use relevance_pipeline::{Pipeline, Predictor};
use serde::{Deserialize, Serialize};

use crate::error::TrainError;
use crate::evaluate::metrics::Metrics;
use crate::evaluate::per_metric::PerMetric;
use crate::evaluate::threshold::{ThresholdRule, choose_threshold};
use crate::fit::fitted::Fitted;
use crate::settings::Settings;
use crate::subset::Side;

/// What models reach that were fitted on parts of the training and validation sides; the test side is not touched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrossValidation {
    /// Each fold, measured with a model that was fitted on the others.
    pub folds: Vec<Fold>,
    /// Mean of each figure over the folds.
    pub mean: PerMetric<f64>,
    /// Standard deviation of each figure over the folds, as of a sample (n - 1).
    pub standard_deviation: PerMetric<f64>,
}

/// What one fold measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fold {
    /// The threshold that the rule chooses on the probabilities of the other folds, each from the model that had not seen it.
    pub threshold: f32,
    /// PerMetric at that threshold.
    pub metrics: Metrics,
}

/// Texts of one fold, with the answers of the model that had not seen them.
struct Answers {
    labels: Vec<bool>,
    probabilities: Vec<f32>,
}

impl CrossValidation {
    /// Fits one model for each fold, one after the other; `None` when the settings ask for none.
    ///
    /// Probabilities are not calibrated, which would move them and the threshold alike.
    pub(crate) fn compute(
        dataset: &Dataset,
        split: &Split,
        settings: &Settings,
    ) -> Result<Option<Self>, TrainError> {
        if !settings.cross_validation.is_on() {
            return Ok(None);
        }
        let rows = [split.train.as_slice(), &split.validation].concat();
        let column = settings
            .split_column()
            .and_then(|place| dataset.columns.get(place));
        let folds = folds(
            dataset,
            &rows,
            &settings.split,
            column,
            settings.cross_validation.folds,
        )?;
        let answer = |fold| Answers::of(dataset, &folds, fold, settings);
        let answers = (0..folds.len())
            .map(answer)
            .collect::<Result<Vec<_>, _>>()?;
        let measure = |fold| Fold::of(&answers, fold, settings.threshold);
        Ok(Some(Self::summary(
            (0..folds.len()).map(measure).collect::<Result<_, _>>()?,
        )))
    }

    fn summary(folds: Vec<Fold>) -> Self {
        let mean = PerMetric::each(|figure| mean(&folds, figure));
        let standard_deviation = PerMetric::each(|figure| standard_deviation(&folds, figure));
        Self {
            folds,
            mean,
            standard_deviation,
        }
    }
}

impl Answers {
    /// Asks a model that was fitted on the other folds.
    fn of(
        dataset: &Dataset,
        folds: &[Vec<u32>],
        fold: usize,
        settings: &Settings,
    ) -> Result<Self, TrainError> {
        let mut others = [&folds[..fold], &folds[fold + 1..]].concat().concat();
        others.sort_unstable();
        let fitted = Fitted::of(&Side::of(dataset, &others), settings, &())?;
        let held_out = Side::of(dataset, &folds[fold]);
        let pipeline = Pipeline::try_from(fitted.parts)?;
        let probabilities = held_out.probabilities(&Predictor::new(&pipeline));
        Ok(Self {
            labels: held_out.labels,
            probabilities,
        })
    }
}

impl Fold {
    fn of(answers: &[Answers], fold: usize, rule: ThresholdRule) -> Result<Self, TrainError> {
        let others = || answers[..fold].iter().chain(&answers[fold + 1..]);
        let probabilities: Vec<f32> = others()
            .flat_map(|answers| answers.probabilities.iter().copied())
            .collect();
        let labels: Vec<bool> = others()
            .flat_map(|answers| answers.labels.iter().copied())
            .collect();
        let threshold =
            choose_threshold(&probabilities, &labels, rule).ok_or(TrainError::NoFoldThreshold {
                rule,
                fold: fold + 1,
                texts: labels.len(),
            })?;
        let Answers {
            labels,
            probabilities,
        } = &answers[fold];
        Ok(Self {
            threshold,
            metrics: Metrics::compute(probabilities, labels, threshold),
        })
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "there are at most a hundred folds"
)]
fn mean(folds: &[Fold], figure: fn(&Metrics) -> f64) -> f64 {
    folds.iter().map(|fold| figure(&fold.metrics)).sum::<f64>() / folds.len() as f64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "there are at most a hundred folds"
)]
fn standard_deviation(folds: &[Fold], figure: fn(&Metrics) -> f64) -> f64 {
    let mean = mean(folds, figure);
    let squares: f64 = folds
        .iter()
        .map(|fold| (figure(&fold.metrics) - mean).powi(2))
        .sum();
    (squares / (folds.len() - 1) as f64).sqrt()
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
        let summary = CrossValidation::summary(folds);
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
        let answers = |shift: f32| Answers {
            labels: vec![false, true],
            probabilities: vec![0.1 + shift, 0.3 + shift],
        };
        let all = [answers(0.0), answers(0.5)];
        let thresholds = [0, 1].map(|fold| {
            Fold::of(&all, fold, ThresholdRule::MaxF1)
                .unwrap()
                .threshold
        });
        assert!(
            (thresholds[0] - 0.7).abs() < 1e-6 && (thresholds[1] - 0.2).abs() < 1e-6,
            "{thresholds:?}"
        );
    }
}
