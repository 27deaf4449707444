//! Confusion matrix of a binary classifier.

use serde::{Deserialize, Serialize};

/// Counts of predictions by label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfusionMatrix {
    /// Relevant texts that are predicted relevant.
    pub true_positives: u64,
    /// Other texts that are predicted relevant.
    pub false_positives: u64,
    /// Relevant texts that are predicted not relevant.
    pub false_negatives: u64,
    /// Other texts that are predicted not relevant.
    pub true_negatives: u64,
}

impl ConfusionMatrix {
    /// Counts predictions at `threshold`; `probabilities` and `labels` are `[texts]`.
    #[must_use]
    pub fn compute(probabilities: &[f32], labels: &[bool], threshold: f32) -> Self {
        let mut matrix = Self::default();
        for (&probability, &label) in probabilities.iter().zip(labels) {
            // Every text counts as predicted not relevant first.
            if label {
                matrix.false_negatives += 1;
            } else {
                matrix.true_negatives += 1;
            }
            if probability >= threshold {
                matrix.predict_relevant(label);
            }
        }

        matrix
    }

    /// Changes the prediction for one text of `label` to relevant.
    pub(crate) const fn predict_relevant(&mut self, label: bool) {
        if label {
            self.false_negatives -= 1;
            self.true_positives += 1;
        } else {
            self.true_negatives -= 1;
            self.false_positives += 1;
        }
    }

    /// Fraction of the texts predicted relevant that are relevant; 0 when none is predicted
    /// relevant.
    #[must_use]
    pub fn precision(&self) -> f64 {
        ratio(
            self.true_positives,
            self.true_positives + self.false_positives,
        )
    }

    /// Fraction of the relevant texts that are predicted relevant; 0 when none is relevant.
    #[must_use]
    pub fn recall(&self) -> f64 {
        ratio(
            self.true_positives,
            self.true_positives + self.false_negatives,
        )
    }

    /// Harmonic mean of precision and recall: `2 TP / (2 TP + FP + FN)`; 0 when none is predicted
    /// relevant.
    #[must_use]
    pub fn f1(&self) -> f64 {
        ratio(
            2 * self.true_positives,
            2 * self.true_positives + self.false_positives + self.false_negatives,
        )
    }

    /// Fraction of the texts whose prediction is right.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        let right = self.true_positives + self.true_negatives;
        ratio(right, right + self.false_positives + self.false_negatives)
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
