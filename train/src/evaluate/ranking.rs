//! Metrics of a ranked list of weighted texts.
//!
//! Texts are sorted once; one pass then gives the areas and the counts at a threshold, for each of
//! a thousand resamples.

use rayon::prelude::*;

use super::confusion::ConfusionMatrix;

/// Texts from the highest probability to the lowest.
#[derive(Clone, Debug)]
pub struct Ranking {
    texts: Vec<Text>,
}

#[derive(Clone, Copy, Debug)]
struct Text {
    probability: f32,
    label: bool,
    /// Whether the next text has another probability.
    is_last_of_ties: bool,
}

/// Counts and areas of one pass over a ranking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Counts at the threshold.
    pub confusion: ConfusionMatrix,
    /// Area under the ROC curve, with ties counted half; one half when a label is missing.
    pub roc_auc: f64,
    /// Average precision, as scikit-learn defines it: `sum (R_n - R_(n-1)) P_n` over the distinct
    /// probabilities.
    pub pr_auc: f64,
}

impl Ranking {
    /// Ranks `probabilities` with their `labels`, `[texts]`.
    pub fn new(probabilities: &[f32], labels: &[bool]) -> Self {
        let text = |(&probability, &label)| Text {
            probability,
            label,
            is_last_of_ties: true,
        };
        let mut texts: Vec<Text> = probabilities.iter().zip(labels).map(text).collect();
        texts.par_sort_unstable_by(|left, right| {
            right
                .probability
                .total_cmp(&left.probability)
                .then(right.label.cmp(&left.label))
        });

        let mut after: Option<f32> = None;
        for text in texts.iter_mut().rev() {
            let after = after.replace(text.probability);
            text.is_last_of_ties =
                after.is_none_or(|after| after.total_cmp(&text.probability).is_ne());
        }
        Self { texts }
    }

    /// Number of texts.
    pub const fn len(&self) -> usize {
        self.texts.len()
    }

    /// Numbers of relevant and of other texts at or above each distinct probability, from the
    /// highest on.
    pub fn steps(&self) -> impl Iterator<Item = (u64, u64)> {
        let (mut relevant, mut others) = (0, 0);
        self.texts.iter().filter_map(move |text| {
            relevant += u64::from(text.label);
            others += u64::from(!text.label);
            text.is_last_of_ties.then_some((relevant, others))
        })
    }

    /// Evaluates the ranking with each text counted once.
    pub fn evaluate(&self, threshold: f32) -> Ranked {
        self.evaluate_weighted(threshold, std::iter::repeat(1))
    }

    /// Evaluates the ranking with each text counted as often as its weight, in the order of the
    /// ranking.
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer than 2^52 texts"
    )]
    pub fn evaluate_weighted(
        &self,
        threshold: f32,
        weights: impl IntoIterator<Item = u64>,
    ) -> Ranked {
        let mut weights = weights.into_iter();
        let (mut positives, mut negatives) = (0_u64, 0_u64);
        let (mut doubled_pairs, mut area) = (0.0, 0.0);
        let mut confusion = ConfusionMatrix::default();
        let predicted_relevant = self
            .texts
            .partition_point(|text| text.probability >= threshold);
        let (above, below) = self.texts.split_at(predicted_relevant);

        for (texts, is_above) in [(above, true), (below, false)] {
            // Counts of the texts that share a probability.
            let (mut relevant, mut others) = (0, 0);
            for (text, weight) in texts.iter().zip(weights.by_ref()) {
                // Arithmetic instead of branches, which would be unpredictable.
                relevant += weight * u64::from(text.label);
                others += weight * u64::from(!text.label);
                if text.is_last_of_ties {
                    doubled_pairs += (others * (2 * positives + relevant)) as f64;
                    positives += relevant;
                    negatives += others;
                    area +=
                        relevant as f64 * positives as f64 / (positives + negatives).max(1) as f64;
                    (relevant, others) = (0, 0);
                }
            }
            if is_above {
                (confusion.true_positives, confusion.false_positives) = (positives, negatives);
            }
        }

        confusion.false_negatives = positives - confusion.true_positives;
        confusion.true_negatives = negatives - confusion.false_positives;
        let both = positives as f64 * negatives as f64;
        Ranked {
            confusion,
            roc_auc: if both > 0.0 {
                doubled_pairs / (2.0 * both)
            } else {
                0.5
            },
            pr_auc: if positives > 0 {
                area / positives as f64
            } else {
                0.0
            },
        }
    }
}
