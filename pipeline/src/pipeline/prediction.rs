//! The step from log-odds to a prediction.

use serde::Serialize;

/// Prediction for one text.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// Probability that the text is relevant, 0 to 1.
    pub probability: f32,
    /// Whether the probability is at least the threshold.
    pub relevant: bool,
}

impl Prediction {
    /// Returns the prediction for log-odds: relevant from the probability `threshold` on.
    #[must_use]
    pub fn from_logit(logit: f64, threshold: f32) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "engines compute probabilities in f32"
        )]
        let probability = sigmoid(logit) as f32;

        Self::from_probability(probability, threshold)
    }

    /// Returns the prediction for a probability, by the rule of [`from_logit`](Self::from_logit).
    #[must_use]
    pub fn from_probability(probability: f32, threshold: f32) -> Self {
        Self {
            probability,
            relevant: probability >= threshold,
        }
    }
}

/// Logistic function `1 / (1 + exp(-logit))`, with the same bits on every platform.
#[must_use]
pub fn sigmoid(logit: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-logit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logit_is_relevant_from_the_probability_of_the_threshold_on() {
        for (logit, threshold, want) in [
            (0.0, 0.5, true),
            (-1e-6, 0.5, false),
            (2.0, 0.9, false),
            (2.0, 0.88, true),
        ] {
            let prediction = Prediction::from_logit(logit, threshold);
            assert_eq!(prediction.relevant, want, "{logit} at {threshold}");
        }
    }
}
