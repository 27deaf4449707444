//! Figures of a ranked list of texts, each counted as often as its weight says.
//!
//! One pass gives what the areas and the counts at a threshold need, so that a thousand resamples cost a thousand passes.

use rayon::prelude::*;

use crate::ConfusionMatrix;

/// Texts from the highest probability to the lowest.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Probability and label of each text.
    texts: Vec<(f32, bool)>,
}

/// What one pass over a ranking counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Counts at the threshold.
    pub confusion: ConfusionMatrix,
    /// Probability that a relevant text ranks above another one, ties counted half; one half when a label is missing.
    pub roc_auc: f64,
    /// Average precision, as scikit-learn defines it: `sum (R_n - R_(n-1)) P_n` over the distinct probabilities.
    pub pr_auc: f64,
}

impl Ranking {
    /// Ranks `probabilities` with their `labels`, `[texts]`.
    pub fn new(probabilities: &[f32], labels: &[bool]) -> Self {
        let mut texts: Vec<(f32, bool)> = probabilities.iter().copied().zip(labels.iter().copied()).collect();
        texts.par_sort_unstable_by(|left, right| right.0.total_cmp(&left.0).then(right.1.cmp(&left.1)));
        Self { texts }
    }

    /// How many texts there are.
    pub const fn len(&self) -> usize {
        self.texts.len()
    }

    /// Relevant and other texts with at least each distinct probability, from the highest on.
    pub fn steps(&self) -> impl Iterator<Item = (u64, u64)> {
        self.texts.chunk_by(|left, right| left.0.total_cmp(&right.0).is_eq()).scan(
            (0, 0),
            |(relevant, others), ties| {
                let found = ties.iter().filter(|(_, label)| *label).count() as u64;
                *relevant += found;
                *others += ties.len() as u64 - found;
                Some((*relevant, *others))
            },
        )
    }

    /// Counts each text once.
    pub fn count(&self, threshold: f32) -> Ranked {
        self.count_weighted(threshold, std::iter::repeat(1))
    }

    /// Counts each text as often as its weight says; weights are in the order of the ranking.
    #[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 texts")]
    pub fn count_weighted(&self, threshold: f32, weights: impl IntoIterator<Item = u64>) -> Ranked {
        let mut weights = weights.into_iter();
        let (mut positives, mut negatives) = (0_u64, 0_u64);
        let (mut pairs, mut area) = (0.0, 0.0);
        let mut confusion = ConfusionMatrix::default();
        for ties in self.texts.chunk_by(|left, right| left.0.total_cmp(&right.0).is_eq()) {
            let (mut found, mut others) = (0, 0);
            for (&(_, label), weight) in ties.iter().zip(weights.by_ref()) {
                // Neither branch, so that the processor need not guess.
                found += weight * u64::from(label);
                others += weight * u64::from(!label);
            }
            pairs += others as f64 * (positives as f64 + found as f64 / 2.0);
            positives += found;
            negatives += others;
            area += found as f64 * positives as f64 / (positives + negatives).max(1) as f64;
            if ties[0].0 >= threshold {
                (confusion.true_positives, confusion.false_positives) = (positives, negatives);
            }
        }
        confusion.false_negatives = positives - confusion.true_positives;
        confusion.true_negatives = negatives - confusion.false_positives;
        let both = positives as f64 * negatives as f64;
        Ranked {
            confusion,
            roc_auc: if both > 0.0 { pairs / both } else { 0.5 },
            pr_auc: if positives > 0 { area / positives as f64 } else { 0.0 },
        }
    }
}
