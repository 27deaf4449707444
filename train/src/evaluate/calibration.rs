//! Calibration of probabilities: its measures, and Platt scaling inside the linear model.

use relevance_pipeline::sigmoid;
use serde::{Deserialize, Serialize};

/// Bins of equal width between 0 and 1.
const BINS: usize = 10;
/// Most Newton steps of a fit.
const MAX_STEPS: usize = 100;
/// Most times that a Newton step is halved.
const MAX_HALVINGS: i32 = 29;
/// A shorter step ends the fit.
const MIN_STEP: f64 = 1e-10;

/// Comparison of predicted probabilities with the fractions of relevant texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Mean squared difference of probability and label (Brier 1950), 0 to 1; lower is better.
    pub brier: f64,
    /// Mean over the texts of the difference between their bin's mean probability and fraction of
    /// relevant texts (Naeini, Cooper and Hauskrecht 2015), 0 to 1; lower is better.
    pub expected_calibration_error: f64,
    /// Ten bins of equal width, without the empty ones.
    pub bins: Vec<Bin>,
}

/// The texts whose probability is in a range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Lower end of the range, whose width is a tenth.
    pub from: f64,
    /// Number of texts.
    pub texts: u64,
    /// Mean of their probabilities.
    pub mean_probability: f64,
    /// Fraction of them that is relevant.
    pub fraction_relevant: f64,
}

/// Platt scaling (Platt 1999): calibrated logit = `slope` × logit + `offset`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlattScaling {
    /// Factor of the logit, and so of coefficients and intercept.
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

        let bins: Vec<Bin> = sums
            .iter()
            .enumerate()
            .filter(|(_, (texts, ..))| *texts > 0)
            .map(|(bin, &(texts, probability_sum, label_sum))| Bin {
                from: bin as f64 / BINS as f64,
                texts,
                mean_probability: probability_sum / texts as f64,
                fraction_relevant: label_sum / texts as f64,
            })
            .collect();

        let error =
            |bin: &Bin| bin.texts as f64 * (bin.mean_probability - bin.fraction_relevant).abs();
        let texts = probabilities.len() as f64;
        Self {
            brier: squares / texts,
            expected_calibration_error: bins.iter().map(error).sum::<f64>() / texts,
            bins,
        }
    }
}

impl PlattScaling {
    /// Fits slope and offset to `logits` and `labels`, `[texts]`, with both labels among them.
    ///
    /// Newton's method minimises the cross entropy with the targets of Platt (1999): `(N+ + 1) /
    /// (N+ + 2)` for relevant texts and `1 / (N- + 2)` for the others.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer than 2^52 texts"
    )]
    pub fn fit(logits: &[f64], labels: &[bool]) -> Self {
        let relevant = labels.iter().filter(|&&label| label).count() as f64;
        let others = labels.len() as f64 - relevant;
        let target = |&label: &bool| {
            if label {
                (relevant + 1.0) / (relevant + 2.0)
            } else {
                1.0 / (others + 2.0)
            }
        };
        let targets: Vec<f64> = labels.iter().map(target).collect();
        Self::minimise(logits, &targets)
    }

    /// Fits slope and offset to `logits` and `labels`, `[texts]`, with the labels themselves as
    /// targets: a logistic regression, which separates what can be separated.
    pub(super) fn fit_to_labels(logits: &[f64], labels: &[bool]) -> Self {
        let targets: Vec<f64> = labels
            .iter()
            .map(|&label| f64::from(u8::from(label)))
            .collect();
        Self::minimise(logits, &targets)
    }

    /// Minimises the cross entropy by Newton's method.
    fn minimise(logits: &[f64], targets: &[f64]) -> Self {
        let mut scaling = Self {
            slope: 1.0,
            offset: 0.0,
        };
        for _ in 0..MAX_STEPS {
            let next = scaling.line_search(logits, targets);
            let slope_step = (next.slope - scaling.slope).abs();
            let offset_step = (next.offset - scaling.offset).abs();
            scaling = next;
            if slope_step.max(offset_step) < MIN_STEP {
                break;
            }
        }
        scaling
    }

    /// Returns the calibrated logit.
    pub(super) fn apply(self, logit: f64) -> f64 {
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

    /// Takes a Newton step, which is halved until it does not raise the loss.
    fn line_search(self, logits: &[f64], targets: &[f64]) -> Self {
        let step = self.newton_step(logits, targets);
        let at = |fraction: f64| Self {
            slope: self.slope + fraction * step.slope,
            offset: self.offset + fraction * step.offset,
        };

        let mut next = at(1.0);
        for halvings in 1..=MAX_HALVINGS {
            if next.loss(logits, targets) <= self.loss(logits, targets) {
                break;
            }
            next = at(0.5_f64.powi(halvings));
        }
        next
    }

    /// Newton step `-H^-1 g` of slope and offset.
    fn newton_step(self, logits: &[f64], targets: &[f64]) -> Self {
        let (mut slope_gradient, mut offset_gradient) = (0.0, 0.0);
        // A small diagonal keeps the Hessian of equal logits invertible.
        let (mut slope_slope, mut slope_offset, mut offset_offset) = (1e-12, 0.0, 1e-12);
        for (&logit, &target) in logits.iter().zip(targets) {
            let probability = sigmoid(self.apply(logit));
            let (error, hessian_weight) = (probability - target, probability * (1.0 - probability));
            slope_gradient += error * logit;
            offset_gradient += error;
            slope_slope += hessian_weight * logit * logit;
            slope_offset += hessian_weight * logit;
            offset_offset += hessian_weight;
        }

        let determinant = slope_slope * offset_offset - slope_offset * slope_offset;
        Self {
            slope: (slope_offset * offset_gradient - offset_offset * slope_gradient) / determinant,
            offset: (slope_offset * slope_gradient - slope_slope * offset_gradient) / determinant,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_match_values_computed_by_hand() {
        let calibration =
            Calibration::compute(&[0.25, 0.25, 0.75, 1.0], &[false, true, true, true]);

        assert!((calibration.brier - (0.0625 + 0.5625 + 0.0625) / 4.0).abs() < 1e-12);
        assert!((calibration.expected_calibration_error - (2.0 * 0.25 + 0.25) / 4.0).abs() < 1e-12);
        let bins: Vec<_> = calibration
            .bins
            .iter()
            .map(|bin| (bin.texts, bin.fraction_relevant))
            .collect();
        assert_eq!(bins, [(2, 0.5), (1, 1.0), (1, 1.0)]);
    }

    #[test]
    fn scaling_recovers_the_slope_and_offset_that_made_the_labels() {
        let logits: Vec<f64> = (0..4000)
            .map(|index| f64::from(index % 400) / 100.0 - 2.0)
            .collect();
        // Each text is relevant with the probability that the line gives, by low-discrepancy
        // numbers instead of random ones.
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
