//! The logistic loss and its derivatives by the logit.

/// Factors between 1 and 2 whose product is far from overflowing.
const MAX_FACTORS: usize = 512;

/// The loss `ln(1 + exp(-y z))` of a logit `z` with label `y`, -1 or 1, and its derivatives by `z`.
///
/// The loss is `bound + ln(factor)`, which one exponential gives without overflow or cancellation.
pub(crate) struct LogisticLoss {
    /// `max(-y z, 0)`.
    pub(super) bound: f64,
    /// `1 + exp(-|z|)`, 1 to 2.
    pub(super) factor: f64,
    /// First derivative: `-y / (1 + exp(y z))`.
    pub(super) gradient: f64,
    /// Second derivative: `p (1 - p)` with `p = 1 / (1 + exp(-z))`.
    pub(super) hessian_weight: f64,
}

impl LogisticLoss {
    pub(crate) fn new(logit: f64, label: bool) -> Self {
        let sign = if label { 1.0 } else { -1.0 };
        let margin = sign * logit;
        let decay = libm::exp(-margin.abs());
        let factor = 1.0 + decay;
        let wrong_label_probability = if margin > 0.0 { decay } else { 1.0 } / factor;

        Self {
            bound: (-margin).max(0.0),
            factor,
            gradient: -sign * wrong_label_probability,
            hessian_weight: decay / (factor * factor),
        }
    }
}

/// A sum of losses with one logarithm for many rows: that of the product of their factors.
pub(crate) struct LossSum {
    sum: f64,
    product: f64,
    factors: usize,
}

impl Default for LossSum {
    fn default() -> Self {
        Self {
            sum: 0.0,
            product: 1.0,
            factors: 0,
        }
    }
}

impl LossSum {
    /// Adds a loss times its weight.
    pub(crate) fn add(&mut self, loss: &LogisticLoss, weight: f64) {
        #[expect(clippy::float_cmp, reason = "a weight of exactly 1 changes nothing")]
        if weight != 1.0 {
            self.sum += weight * (loss.bound + libm::log(loss.factor));
            return;
        }

        self.sum += loss.bound;
        self.product *= loss.factor;
        self.factors += 1;

        if self.factors == MAX_FACTORS {
            *self = Self {
                sum: self.sum + libm::log(self.product),
                ..Self::default()
            };
        }
    }

    pub(crate) fn total(self) -> f64 {
        self.sum + libm::log(self.product)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_logits_neither_overflow_nor_cancel() {
        for (logit, label, loss, gradient) in [
            (1000.0, false, 1000.0, 1.0),
            (1000.0, true, 0.0, 0.0),
            (-1000.0, true, 1000.0, -1.0),
        ] {
            let got = LogisticLoss::new(logit, label);
            assert!(
                (got.bound + got.factor.ln() - loss).abs() < 1e-12,
                "{logit} {label}"
            );
            assert!((got.gradient - gradient).abs() < 1e-12, "{logit} {label}");
        }
    }

    #[test]
    fn a_product_of_many_factors_is_the_weighted_sum_of_their_logarithms() {
        let (mut sum, mut want) = (LossSum::default(), 0.0);

        for row in 0..1300_i32 {
            let factor = 1.0 + f64::from(row % 7) / 6.0;
            let loss = LogisticLoss {
                bound: 0.5,
                factor,
                gradient: 0.0,
                hessian_weight: 0.0,
            };
            let weight = f64::from(row % 3);
            sum.add(&loss, weight);
            want += weight * (0.5 + factor.ln());
        }
        assert!((sum.total() - want).abs() < 1e-9);
    }
}
