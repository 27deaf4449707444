//! How well probabilities tell relevant texts from the others.

use linfa::dataset::Pr;
use linfa::metrics::BinaryClassification as _;
use serde::{Deserialize, Serialize};

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

/// Figures of one side of the split, each 0 to 1.
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
    /// Probability that a relevant text scores above another one, ties counted half.
    pub roc_auc: f64,
    /// Average precision: the sum over the scores of precision × gained recall.
    pub pr_auc: f64,
    /// The counts that the figures come from.
    pub confusion: ConfusionMatrix,
}

impl ConfusionMatrix {
    /// Counts verdicts at `threshold`: `probabilities` and `labels` are `[texts]`.
    #[must_use]
    pub fn of(probabilities: &[f32], labels: &[bool], threshold: f32) -> Self {
        let mut matrix = Self::default();
        for (&probability, &label) in probabilities.iter().zip(labels) {
            let cell = match (probability >= threshold, label) {
                (true, true) => &mut matrix.true_positives,
                (true, false) => &mut matrix.false_positives,
                (false, true) => &mut matrix.false_negatives,
                (false, false) => &mut matrix.true_negatives,
            };
            *cell += 1;
        }
        matrix
    }

    /// Share of the found that are relevant; 0 when nothing is found.
    #[must_use]
    pub fn precision(&self) -> f64 {
        ratio(self.true_positives, self.true_positives + self.false_positives)
    }

    /// Share of the relevant that are found; 0 when nothing is relevant.
    #[must_use]
    pub fn recall(&self) -> f64 {
        ratio(self.true_positives, self.true_positives + self.false_negatives)
    }

    /// Harmonic mean of precision and recall: `2 TP / (2 TP + FP + FN)`; 0 when nothing is found.
    #[must_use]
    pub fn f1(&self) -> f64 {
        ratio(2 * self.true_positives, 2 * self.true_positives + self.false_positives + self.false_negatives)
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
    pub fn of(probabilities: &[f32], labels: &[bool], threshold: f32) -> Self {
        let confusion = ConfusionMatrix::of(probabilities, labels, threshold);
        Self {
            precision: confusion.precision(),
            recall: confusion.recall(),
            f1: confusion.f1(),
            accuracy: confusion.accuracy(),
            roc_auc: roc_auc(probabilities, labels),
            pr_auc: average_precision(probabilities, labels),
            confusion,
        }
    }
}

/// Area under the ROC curve, from linfa.
///
/// NaN when one of the labels is missing.
fn roc_auc(probabilities: &[f32], labels: &[bool]) -> f64 {
    let probabilities: Vec<Pr> = probabilities.iter().map(|&probability| Pr::new(probability)).collect();
    let curve = probabilities.as_slice().roc(labels).expect("the curve of probabilities is always defined");
    f64::from(curve.area_under_curve())
}

/// Average precision, as scikit-learn defines it: `sum (R_n - R_(n-1)) P_n` over the distinct scores, highest first.
fn average_precision(probabilities: &[f32], labels: &[bool]) -> f64 {
    let mut scored: Vec<(f32, bool)> = probabilities.iter().copied().zip(labels.iter().copied()).collect();
    scored.sort_unstable_by(|left, right| right.0.total_cmp(&left.0));
    let relevant = labels.iter().filter(|&&label| label).count() as u64;
    let (mut found, mut seen, mut area) = (0, 0, 0.0);
    for ties in scored.chunk_by(|left, right| left.0.total_cmp(&right.0).is_eq()) {
        let gained = ties.iter().filter(|(_, label)| *label).count() as u64;
        found += gained;
        seen += ties.len() as u64;
        area += ratio(gained, relevant) * ratio(found, seen);
    }
    area
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 texts")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Six texts with a tie between the labels at 0.5.
    const PROBABILITIES: [f32; 6] = [0.9, 0.8, 0.5, 0.5, 0.3, 0.1];
    const LABELS: [bool; 6] = [true, false, true, false, true, false];

    #[test]
    fn figures_match_values_computed_by_hand() {
        let metrics = Metrics::of(&PROBABILITIES, &LABELS, 0.5);
        let want = ConfusionMatrix { true_positives: 2, false_positives: 2, false_negatives: 1, true_negatives: 1 };
        assert_eq!(metrics.confusion, want);
        for (name, got, want) in [
            ("precision", metrics.precision, 0.5),
            ("recall", metrics.recall, 2.0 / 3.0),
            ("f1", metrics.f1, 4.0 / 7.0),
            ("accuracy", metrics.accuracy, 0.5),
            // Pairs won: 3 + 1.5 + 1 of 9.
            ("roc_auc", metrics.roc_auc, 5.5 / 9.0),
            ("pr_auc", metrics.pr_auc, (1.0 + 2.0 / 4.0 + 3.0 / 5.0) / 3.0),
        ] {
            assert!((got - want).abs() < 1e-6, "{name}: got {got}, want {want}");
        }
    }

    #[test]
    fn perfect_and_reversed_scores_have_areas_one_and_zero() {
        let labels = [true, true, false, false];
        assert!((Metrics::of(&[0.9, 0.8, 0.2, 0.1], &labels, 0.5).roc_auc - 1.0).abs() < 1e-6);
        assert!(Metrics::of(&[0.1, 0.2, 0.8, 0.9], &labels, 0.5).roc_auc.abs() < 1e-6);
        assert!((Metrics::of(&[0.9, 0.8, 0.2, 0.1], &labels, 0.5).pr_auc - 1.0).abs() < 1e-6);
    }

    #[test]
    fn counts_agree_with_linfa() {
        use linfa::prelude::ToConfusionMatrix as _;
        let verdicts = ndarray::Array1::from_iter(PROBABILITIES.map(|probability| probability >= 0.5));
        let matrix = verdicts.confusion_matrix(&ndarray::arr1(&LABELS)).unwrap();
        let ours = ConfusionMatrix::of(&PROBABILITIES, &LABELS, 0.5);
        assert!((f64::from(matrix.accuracy()) - ours.accuracy()).abs() < 1e-6);
        assert!((f64::from(matrix.f1_score()) - ours.f1()).abs() < 1e-6);
    }

    #[test]
    fn nothing_found_gives_zeros_and_no_panic() {
        let metrics = Metrics::of(&[0.1, 0.2], &[true, false], 0.5);
        assert_eq!((metrics.precision, metrics.recall, metrics.f1), (0.0, 0.0, 0.0));
    }
}
