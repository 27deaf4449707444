//! One value for each figure of [`Metrics`].

use serde::{Deserialize, Serialize};

use crate::evaluate::metrics::Metrics;

/// A value for each figure: its interval, its mean over folds, …
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PerMetric<T> {
    /// Of the precision.
    pub precision: T,
    /// Of the recall.
    pub recall: T,
    /// Of F1.
    pub f1: T,
    /// Of the accuracy.
    pub accuracy: T,
    /// Of the area under the ROC curve.
    pub roc_auc: T,
    /// Of the average precision.
    pub pr_auc: T,
}

impl<T> PerMetric<T> {
    /// What `of` makes of each figure.
    pub(crate) fn each(of: impl Fn(fn(&Metrics) -> f64) -> T) -> Self {
        Self {
            precision: of(|metrics| metrics.precision),
            recall: of(|metrics| metrics.recall),
            f1: of(|metrics| metrics.f1),
            accuracy: of(|metrics| metrics.accuracy),
            roc_auc: of(|metrics| metrics.roc_auc),
            pr_auc: of(|metrics| metrics.pr_auc),
        }
    }
}
