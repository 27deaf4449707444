//! Metrics of binary classification.

use serde::{Deserialize, Serialize};

use super::confusion::ConfusionMatrix;
use super::ranking::{Ranked, Ranking};

/// Metrics of predictions, each 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Fraction of the texts predicted relevant that are relevant; 0 when none is predicted
    /// relevant.
    pub precision: f64,
    /// Fraction of the relevant texts that are predicted relevant; 0 when none is relevant.
    pub recall: f64,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
    /// Fraction of the texts whose prediction is right.
    pub accuracy: f64,
    /// Area under the ROC curve: the probability that a relevant text scores above another one,
    /// with ties counted half; one half when a label is missing.
    pub roc_auc: f64,
    /// Area under the precision-recall curve as average precision: the sum over the scores of
    /// precision × gain in recall.
    pub pr_auc: f64,
    /// The counts behind the metrics.
    pub confusion: ConfusionMatrix,
}

impl Metrics {
    /// Computes the metrics of `probabilities` and `labels`, `[texts]`, at `threshold`.
    #[must_use]
    pub fn compute(probabilities: &[f32], labels: &[bool], threshold: f32) -> Self {
        Ranking::new(probabilities, labels)
            .evaluate(threshold)
            .into()
    }
}

impl From<Ranked> for Metrics {
    fn from(
        Ranked {
            confusion,
            roc_auc,
            pr_auc,
        }: Ranked,
    ) -> Self {
        Self {
            precision: confusion.precision(),
            recall: confusion.recall(),
            f1: confusion.f1(),
            accuracy: confusion.accuracy(),
            roc_auc,
            pr_auc,
            confusion,
        }
    }
}

#[cfg(test)]
mod tests {
    use linfa::dataset::Pr;
    use linfa::metrics::BinaryClassification as _;
    use linfa::prelude::ToConfusionMatrix as _;

    use super::*;

    /// Six texts with a tie between the labels at 0.5.
    const PROBABILITIES: [f32; 6] = [0.9, 0.8, 0.5, 0.5, 0.3, 0.1];
    const LABELS: [bool; 6] = [true, false, true, false, true, false];

    #[test]
    fn metrics_match_values_computed_by_hand() {
        let metrics = Metrics::compute(&PROBABILITIES, &LABELS, 0.5);
        let want = ConfusionMatrix {
            true_positives: 2,
            false_positives: 2,
            false_negatives: 1,
            true_negatives: 1,
        };

        assert_eq!(metrics.confusion, want);
        assert_eq!(ConfusionMatrix::compute(&PROBABILITIES, &LABELS, 0.5), want);
        for (name, got, want) in [
            ("precision", metrics.precision, 0.5),
            ("recall", metrics.recall, 2.0 / 3.0),
            ("f1", metrics.f1, 4.0 / 7.0),
            ("accuracy", metrics.accuracy, 0.5),
            // Pairs won: 3 + 1.5 + 1 of 9.
            ("roc_auc", metrics.roc_auc, 5.5 / 9.0),
            (
                "pr_auc",
                metrics.pr_auc,
                (1.0 + 2.0 / 4.0 + 3.0 / 5.0) / 3.0,
            ),
        ] {
            assert!((got - want).abs() < 1e-12, "{name}: got {got}, want {want}");
        }
    }

    #[test]
    fn a_weight_counts_as_that_many_equal_texts() {
        let weights = [2, 0, 1, 3, 1, 1];
        let repeated = |values: &[usize]| -> Vec<usize> {
            values
                .iter()
                .flat_map(|&index| std::iter::repeat_n(index, weights[index]))
                .collect()
        };
        let indexes = repeated(&[0, 1, 2, 3, 4, 5]);
        let probabilities: Vec<f32> = indexes.iter().map(|&index| PROBABILITIES[index]).collect();
        let labels: Vec<bool> = indexes.iter().map(|&index| LABELS[index]).collect();
        let ranking = Ranking::new(&PROBABILITIES, &LABELS);
        let weighted =
            Metrics::from(ranking.evaluate_weighted(0.5, weights.map(|weight| weight as u64)));

        assert_eq!(weighted, Metrics::compute(&probabilities, &labels, 0.5));
    }

    #[test]
    fn metrics_agree_with_linfa() {
        let metrics = Metrics::compute(&PROBABILITIES, &LABELS, 0.5);
        let predictions =
            ndarray::Array1::from_iter(PROBABILITIES.map(|probability| probability >= 0.5));
        let matrix = predictions
            .confusion_matrix(&ndarray::arr1(&LABELS))
            .unwrap();

        assert!((f64::from(matrix.accuracy()) - metrics.accuracy).abs() < 1e-6);
        assert!((f64::from(matrix.f1_score()) - metrics.f1).abs() < 1e-6);
        let probabilities = PROBABILITIES.map(Pr::new);
        let roc = probabilities.as_slice().roc(&LABELS).unwrap();
        assert!((f64::from(roc.area_under_curve()) - metrics.roc_auc).abs() < 1e-6);
    }

    #[test]
    fn no_positive_prediction_or_one_label_gives_finite_metrics() {
        let none_predicted = Metrics::compute(&[0.1, 0.2], &[true, false], 0.5);

        assert_eq!(
            (
                none_predicted.precision,
                none_predicted.recall,
                none_predicted.f1
            ),
            (0.0, 0.0, 0.0)
        );
        let one_label = Metrics::compute(&[0.1, 0.2], &[false, false], 0.5);
        assert_eq!(
            (one_label.roc_auc, one_label.pr_auc, one_label.recall),
            (0.5, 0.0, 0.0)
        );
    }
}
