//! Whether a probability means what it says, and a correction that stays inside the linear model.

use relevance_pipeline::sigmoid;
use serde::{Deserialize, Serialize};

const BINS: usize = 10;
const MAX_STEPS: usize = 100;

/// How the probabilities of one side compare with the shares of relevant texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Mean squared distance of the probability from the label (Brier 1950), 0 to 1; lower is better.
    pub brier: f64,
    /// Mean over the texts of the distance between their bin's probability and share, 0 to 1; lower is better.
    pub expected_calibration_error: f64,
    /// Ten bins of equal width; those without texts are left out.
    pub bins: Vec<Bin>,
}

/// The texts whose probability lies in a range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Where the range begins; it ends a tenth higher.
    pub from: f64,
    /// How many texts are in it.
    pub texts: u64,
    /// Their mean probability.
    pub mean_probability: f64,
    /// The share of them that is relevant.
    pub share_relevant: f64,
}

/// A line over the logits: calibrated logit = `slope` × logit + `offset`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlattScaling {
    /// Factor of the logit, and so of every coefficient and the intercept.
    pub slope: f64,
    /// Added to the intercept.
    pub offset: f64,
}

impl Calibration {
    /// Compares `probabilities` with `labels`, `[texts]`, at least one.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bins are 0 to 9 and texts fewer than 2^52"
    )]
    pub fn compute(probabilities: &[f32], labels: &[bool]) -> Self {
        let mut sums = [(0_u64, 0.0, 0.0); BINS];
        let mut squares = 0.0;
        for (&probability, &label) in probabilities.iter().zip(labels) {
            let (probability, label) = (f64::from(probability), f64::from(u8::from(label)));
            let bin = ((probability * BINS as f64) as usize).min(BINS - 1);
            let (texts, probability_sum, label_sum) = &mut sums[bin];
            *texts += 1;
            *probability_sum += probability;
            *label_sum += label;
            squares += (probability - label).powi(2);
        }
        let filled = sums
            .iter()
            .enumerate()
            .filter(|(_, (texts, ..))| *texts > 0);
        let bins: Vec<Bin> = filled
            .map(|(bin, &(texts, probability, label))| Bin {
                from: bin as f64 / BINS as f64,
                texts,
                mean_probability: probability / texts as f64,
                share_relevant: label / texts as f64,
            })
            .collect();
        let error =
            |bin: &Bin| bin.texts as f64 * (bin.mean_probability - bin.share_relevant).abs();
        let texts = probabilities.len() as f64;
        Self {
            brier: squares / texts,
            expected_calibration_error: bins.iter().map(error).sum::<f64>() / texts,
            bins,
        }
    }
}

impl PlattScaling {
    /// Fits the line by Newton's method with the targets of Platt (1999): `(N+ + 1) / (N+ + 2)` and `1 / (N- + 2)`.
    ///
    /// `logits` and `labels` are `[texts]`, with both labels among them.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer than 2^52 texts"
    )]
    pub fn fit(logits: &[f64], labels: &[bool]) -> Self {
        let relevant = labels.iter().filter(|&&label| label).count() as f64;
        let others = labels.len() as f64 - relevant;
        let targets: Vec<f64> = labels
            .iter()
            .map(|&label| {
                if label {
                    (relevant + 1.0) / (relevant + 2.0)
                } else {
                    1.0 / (others + 2.0)
                }
            })
            .collect();
        let mut line = Self {
            slope: 1.0,
            offset: 0.0,
        };
        for _ in 0..MAX_STEPS {
            let step = line.newton_step(logits, &targets);
            let mut next = Self {
                slope: line.slope + step.slope,
                offset: line.offset + step.offset,
            };
            // Newton overshoots far from the optimum: half the step until it helps.
            for halving in 1..30 {
                if next.loss(logits, &targets) <= line.loss(logits, &targets) {
                    break;
                }
                let share = 0.5_f64.powi(halving);
                next = Self {
                    slope: line.slope + share * step.slope,
                    offset: line.offset + share * step.offset,
                };
            }
            let moved = (next.slope - line.slope)
                .abs()
                .max((next.offset - line.offset).abs());
            line = next;
            if moved < 1e-10 {
                break;
            }
        }
        line
    }

    fn apply(self, logit: f64) -> f64 {
        self.slope.mul_add(logit, self.offset)
    }

    /// Cross entropy: `sum ln(1 + exp(z)) - t z`.
    fn loss(self, logits: &[f64], targets: &[f64]) -> f64 {
        let text = |(&logit, &target): (&f64, &f64)| {
            let z = self.apply(logit);
            z.max(0.0) + libm::log1p(libm::exp(-z.abs())) - target * z
        };
        logits.iter().zip(targets).map(text).sum()
    }

    /// The step to the minimum of the loss's second-order expansion.
    fn newton_step(self, logits: &[f64], targets: &[f64]) -> Self {
        let (mut slope, mut offset) = (0.0, 0.0);
        // A little on the diagonal keeps equal logits solvable.
        let (mut slope_slope, mut slope_offset, mut offset_offset) = (1e-12, 0.0, 1e-12);
        for (&logit, &target) in logits.iter().zip(targets) {
            let probability = sigmoid(self.apply(logit));
            let (error, curvature) = (probability - target, probability * (1.0 - probability));
            slope += error * logit;
            offset += error;
            slope_slope += curvature * logit * logit;
            slope_offset += curvature * logit;
            offset_offset += curvature;
        }
        let determinant = slope_slope * offset_offset - slope_offset * slope_offset;
        Self {
            slope: (slope_offset * offset - offset_offset * slope) / determinant,
            offset: (slope_offset * slope - slope_slope * offset) / determinant,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_match_values_computed_by_hand() {
        let calibration =
            Calibration::compute(&[0.25, 0.25, 0.75, 1.0], &[false, true, true, true]);
        assert!((calibration.brier - (0.0625 + 0.5625 + 0.0625) / 4.0).abs() < 1e-12);
        assert!((calibration.expected_calibration_error - (2.0 * 0.25 + 0.25) / 4.0).abs() < 1e-12);
        let bins: Vec<_> = calibration
            .bins
            .iter()
            .map(|bin| (bin.texts, bin.share_relevant))
            .collect();
        assert_eq!(bins, [(2, 0.5), (1, 1.0), (1, 1.0)]);
    }

    #[test]
    fn scaling_finds_the_line_that_made_the_labels() {
        let logits: Vec<f64> = (0..4000)
            .map(|index| f64::from(index % 400) / 100.0 - 2.0)
            .collect();
        // Each text is relevant with the probability that the line gives, by low-discrepancy numbers instead of random ones.
        let labels: Vec<bool> = logits
            .iter()
            .zip(0_u32..)
            .map(|(logit, index)| {
                (f64::from(index) * 0.618_033_988_749_895).fract() < sigmoid(2.5 * logit - 0.75)
            })
            .collect();
        let line = PlattScaling::fit(&logits, &labels);
        assert!(
            (line.slope - 2.5).abs() < 0.15 && (line.offset + 0.75).abs() < 0.1,
            "{line:?}"
        );
    }

    #[test]
    fn labels_that_a_logit_separates_give_a_finite_line() {
        let line = PlattScaling::fit(&[-1.0, -0.5, 0.5, 1.0], &[false, false, true, true]);
        assert!(
            line.slope.is_finite() && line.slope > 0.0 && line.offset.abs() < 1e-6,
            "{line:?}"
        );
        assert!(
            PlattScaling::fit(&[0.5, 0.5], &[true, false])
                .slope
                .is_finite()
        );
    }
}
