//! Values of the metrics on held-out texts.

use std::cmp::Ordering;

use relevance_pipeline::Prediction;

use super::settings::SearchMetric;
use crate::evaluate::metrics::Metrics;
use crate::fit::solver::{LogisticLoss, LossSum};

impl SearchMetric {
    /// Computes the metric of logits and labels: `[texts]`, at least one.
    pub(super) fn compute(self, logits: &[f64], labels: &[bool]) -> f64 {
        let metrics = || {
            let probability = |&logit: &f64| Prediction::from_logit(logit, 0.5).probability;
            let probabilities: Vec<f32> = logits.iter().map(probability).collect();
            Metrics::compute(&probabilities, labels, 0.5)
        };

        match self {
            Self::LogLoss => log_loss(logits, labels),
            Self::RocAuc => metrics().roc_auc,
            Self::PrAuc => metrics().pr_auc,
        }
    }

    /// Orders values, the better first; no value comes last.
    pub(super) fn order(self, left: Option<f64>, right: Option<f64>) -> Ordering {
        match (left, right) {
            (Some(left), Some(right)) if self.is_gain() => right.total_cmp(&left),
            (Some(left), Some(right)) => left.total_cmp(&right),
            _ => right.is_some().cmp(&left.is_some()),
        }
    }
}

/// Mean negative logarithm of the probability of the label.
#[expect(
    clippy::cast_precision_loss,
    reason = "texts of a source are far below 2^52"
)]
fn log_loss(logits: &[f64], labels: &[bool]) -> f64 {
    let mut sum = LossSum::default();
    for (&logit, &label) in logits.iter().zip(labels) {
        sum.add(&LogisticLoss::new(logit, label), 1.0);
    }
    sum.total() / labels.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_match_those_computed_by_hand() {
        let (logits, labels) = ([0.0, 2.0, -1.0, 1000.0], [true, false, false, true]);
        let want =
            (2.0_f64.ln() + (1.0 + 2.0_f64.exp()).ln() + (1.0 + (-1.0_f64).exp()).ln()) / 4.0;

        let log_loss = SearchMetric::LogLoss.compute(&logits, &labels);
        assert!((log_loss - want).abs() < 1e-15, "{log_loss}");
        // Pairs won: 1 + 2 of 4.
        let roc_auc = SearchMetric::RocAuc.compute(&logits, &labels);
        assert!((roc_auc - 0.75).abs() < 1e-15, "{roc_auc}");
        let pr_auc = SearchMetric::PrAuc.compute(&logits, &labels);
        assert!((pr_auc - 5.0 / 6.0).abs() < 1e-15, "{pr_auc}");
    }

    #[test]
    fn a_loss_is_better_when_it_is_lower_and_a_value_is_better_than_none() {
        let (low, high) = (Some(0.1), Some(0.2));
        assert!(SearchMetric::LogLoss.order(low, high).is_lt());
        assert!(SearchMetric::RocAuc.order(high, low).is_lt());
        assert!(SearchMetric::PrAuc.order(low, low).is_eq());
        assert!(SearchMetric::PrAuc.order(low, None).is_lt());
    }
}
