//! Learning curve: how much the metrics gain from more labelled texts.

use relevance_data::{Dataset, Split, stratified_part};
use relevance_pipeline::{Pipeline, Predictor};
use serde::{Deserialize, Serialize};

use super::intervals::{Interval, Intervals};
use super::metrics::Metrics;
use crate::error::TrainError;
use crate::fit::fitted::Fitted;
use crate::settings::Settings;
use crate::subset::{Subset, TestSubset};

/// Parts of the training subset below the whole, in percent.
const PARTS: [u32; 4] = [10, 25, 50, 75];

/// Metrics on the test subset of models that are fitted on parts of the training subset.
///
/// The parts are drawn at random by label, each from the next larger one. The last point is the
/// trained model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearningCurve {
    /// The points, fewer texts first.
    pub points: Vec<LearningPoint>,
}

/// A point of a [`LearningCurve`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearningPoint {
    /// Part of the training subset in percent.
    pub percent: u32,
    /// Number of its texts.
    pub texts: usize,
    /// Areas under the curves of the test subset; `None` when the part has no frequent term.
    pub areas: Option<Areas>,
}

/// Metrics without a threshold, with their 95 % intervals.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Areas {
    /// Area under the ROC curve.
    pub roc_auc: f64,
    /// Its interval.
    pub roc_auc_interval: Interval,
    /// Area under the precision-recall curve.
    pub pr_auc: f64,
    /// Its interval.
    pub pr_auc_interval: Interval,
}

impl LearningCurve {
    /// Fits one model for each part, one after the other; `None` when the settings ask for no curve.
    pub(crate) fn compute(
        dataset: &Dataset,
        split: &Split,
        settings: &Settings,
        test: TestSubset<'_>,
    ) -> Result<Option<Self>, TrainError> {
        if !settings.learning_curve {
            return Ok(None);
        }

        let seed = settings.split.seed;
        let test_subset = Subset::new(dataset, &split.test);
        let mut points = Vec::with_capacity(PARTS.len() + 1);
        for percent in PARTS {
            let rows = stratified_part(dataset, &split.train, f64::from(percent) / 100.0, seed);
            let probabilities = predict(dataset, &rows, settings, &test_subset)?;
            points.push(LearningPoint {
                percent,
                texts: rows.len(),
                areas: probabilities.map(|it| Areas::compute(&it, test.labels, seed)),
            });
        }

        points.push(LearningPoint {
            percent: 100,
            texts: split.train.len(),
            areas: Some(Areas::compute(test.probabilities, test.labels, seed)),
        });
        Ok(Some(Self { points }))
    }

    /// Returns the gain of ROC-AUC from half of the training texts to all of them.
    #[must_use]
    pub fn last_gain(&self) -> Option<f64> {
        let roc_auc = |percent| {
            let point = self.points.iter().find(|point| point.percent == percent)?;
            point.areas.map(|areas| areas.roc_auc)
        };
        Some(roc_auc(100)? - roc_auc(50)?)
    }
}

/// Probabilities of `test` by a model that is fitted on `rows`; `None` when they have no frequent
/// term.
fn predict(
    dataset: &Dataset,
    rows: &[u32],
    settings: &Settings,
    test: &Subset,
) -> Result<Option<Vec<f32>>, TrainError> {
    let part = Subset::weighted(dataset, rows, settings)?;
    let fitted = match Fitted::fit(&part, settings, &()) {
        Err(error) if error.is_without_terms() => return Ok(None),
        fitted => fitted?,
    };

    let pipeline = Pipeline::try_from(fitted.parts)?;
    Ok(Some(test.probabilities(&Predictor::new(&pipeline))))
}

impl Areas {
    fn compute(probabilities: &[f32], labels: &[bool], seed: u64) -> Self {
        // The threshold does not matter to the areas.
        let metrics = Metrics::compute(probabilities, labels, 0.5);
        let intervals = Intervals::compute(probabilities, labels, 0.5, seed);
        Self {
            roc_auc: metrics.roc_auc,
            roc_auc_interval: intervals.roc_auc,
            pr_auc: metrics.pr_auc,
            pr_auc_interval: intervals.pr_auc,
        }
    }
}
