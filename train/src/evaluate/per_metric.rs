//! One value for each metric.

use serde::{Deserialize, Serialize};

use super::metrics::Metrics;

/// A value for each metric: its interval, or its mean over folds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PerMetric<T> {
    /// Value of the precision.
    pub precision: T,
    /// Value of the recall.
    pub recall: T,
    /// Value of F1.
    pub f1: T,
    /// Value of the accuracy.
    pub accuracy: T,
    /// Value of the area under the ROC curve.
    pub roc_auc: T,
    /// Value of the average precision.
    pub pr_auc: T,
}

impl<T> PerMetric<T> {
    /// Computes the value of each metric from the function that reads the metric.
    pub(crate) fn from_each(value: impl Fn(fn(&Metrics) -> f64) -> T) -> Self {
        Self {
            precision: value(|metrics| metrics.precision),
            recall: value(|metrics| metrics.recall),
            f1: value(|metrics| metrics.f1),
            accuracy: value(|metrics| metrics.accuracy),
            roc_auc: value(|metrics| metrics.roc_auc),
            pr_auc: value(|metrics| metrics.pr_auc),
        }
    }
}
