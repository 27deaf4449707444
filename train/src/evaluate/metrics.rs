//! How well probabilities tell relevant texts from the others.

use serde::{Deserialize, Serialize};

use crate::evaluate::ranking::{Ranked, Ranking};

/// How often each verdict met each label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfusionMatrix {
    /// Relevant, and found.
    pub true_positives: u64,
    /// Not relevant, but found.
    pub false_positives: u64,
    /// Relevant, but missed.
    pub false_negatives: u64,
    /// Not relevant, and left.
    pub true_negatives: u64,
}

/// PerMetric of one side of the split, each 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Share of the found that are relevant; 0 when nothing is found.
    pub precision: f64,
    /// Share of the relevant that are found; 0 when nothing is relevant.
    pub recall: f64,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
    /// Share of the texts whose verdict is right.
    pub accuracy: f64,
    /// Probability that a relevant text scores above another one, ties counted half; one half when a label is missing.
    pub roc_auc: f64,
    /// Average precision: the sum over the scores of precision × gained recall.
    pub pr_auc: f64,
    /// The counts that the figures come from.
    pub confusion: ConfusionMatrix,
}

impl ConfusionMatrix {
    /// Counts verdicts at `threshold`: `probabilities` and `labels` are `[texts]`.
    #[must_use]
    pub fn compute(probabilities: &[f32], labels: &[bool], threshold: f32) -> Self {
        let mut matrix = Self::default();
        for (&probability, &label) in probabilities.iter().zip(labels) {
            if label {
                matrix.false_negatives += 1;
            } else {
                matrix.true_negatives += 1;
            }
            if probability >= threshold {
                matrix.find(label);
            }
        }
        matrix
    }

    /// Moves one text of `label` from the left to the found.
    pub(crate) const fn find(&mut self, label: bool) {
        if label {
            self.false_negatives -= 1;
            self.true_positives += 1;
        } else {
            self.true_negatives -= 1;
            self.false_positives += 1;
        }
    }

    /// Share of the found that are relevant; 0 when nothing is found.
    #[must_use]
    pub fn precision(&self) -> f64 {
        ratio(
            self.true_positives,
            self.true_positives + self.false_positives,
        )
    }

    /// Share of the relevant that are found; 0 when nothing is relevant.
    #[must_use]
    pub fn recall(&self) -> f64 {
        ratio(
            self.true_positives,
            self.true_positives + self.false_negatives,
        )
    }

    /// Harmonic mean of precision and recall: `2 TP / (2 TP + FP + FN)`; 0 when nothing is found.
    #[must_use]
    pub fn f1(&self) -> f64 {
        ratio(
            2 * self.true_positives,
            2 * self.true_positives + self.false_positives + self.false_negatives,
        )
    }

    /// Share of the texts whose verdict is right.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        let right = self.true_positives + self.true_negatives;
        ratio(right, right + self.false_positives + self.false_negatives)
    }
}

impl Metrics {
    /// The figures for `probabilities` and `labels`, `[texts]`, at `threshold`.
    #[must_use]
    pub fn compute(probabilities: &[f32], labels: &[bool], threshold: f32) -> Self {
        Ranking::new(probabilities, labels).count(threshold).into()
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

#[expect(
    clippy::cast_precision_loss,
    reason = "there are fewer than 2^52 texts"
)]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
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
    fn figures_match_values_computed_by_hand() {
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
    fn a_weight_counts_a_text_several_times() {
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
            Metrics::from(ranking.count_weighted(0.5, weights.map(|weight| weight as u64)));
        assert_eq!(weighted, Metrics::compute(&probabilities, &labels, 0.5));
    }

    #[test]
    fn figures_agree_with_linfa() {
        let metrics = Metrics::compute(&PROBABILITIES, &LABELS, 0.5);
        let verdicts =
            ndarray::Array1::from_iter(PROBABILITIES.map(|probability| probability >= 0.5));
        let matrix = verdicts.confusion_matrix(&ndarray::arr1(&LABELS)).unwrap();
        assert!((f64::from(matrix.accuracy()) - metrics.accuracy).abs() < 1e-6);
        assert!((f64::from(matrix.f1_score()) - metrics.f1).abs() < 1e-6);
        let probabilities = PROBABILITIES.map(Pr::new);
        let roc = probabilities.as_slice().roc(&LABELS).unwrap();
        assert!((f64::from(roc.area_under_curve()) - metrics.roc_auc).abs() < 1e-6);
    }

    #[test]
    fn nothing_found_or_one_label_gives_numbers_and_no_panic() {
        let none_found = Metrics::compute(&[0.1, 0.2], &[true, false], 0.5);
        assert_eq!(
            (none_found.precision, none_found.recall, none_found.f1),
            (0.0, 0.0, 0.0)
        );
        let one_label = Metrics::compute(&[0.1, 0.2], &[false, false], 0.5);
        assert_eq!(
            (one_label.roc_auc, one_label.pr_auc, one_label.recall),
            (0.5, 0.0, 0.0)
        );
    }
}
