//! What a model must reach to be published.

use serde::{Deserialize, Serialize};

use crate::Metrics;

/// Floors for a model's figures on the test side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gate {
    /// Lowest precision that is let through, 0 to 1.
    pub min_precision: f64,
    /// Lowest recall that is let through, 0 to 1.
    pub min_recall: f64,
}

/// A rule that a model broke.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Refusal {
    /// The setting that holds the floor.
    pub rule: &'static str,
    /// The floor.
    pub floor: f64,
    /// What the model reached.
    pub got: f64,
}

impl Default for Gate {
    fn default() -> Self {
        Self { min_precision: 0.65, min_recall: 0.65 }
    }
}

impl Gate {
    /// The rules that `test` breaks; none for a model that may be published.
    #[must_use]
    pub fn judge(&self, test: &Metrics) -> Vec<Refusal> {
        [("gate.min_precision", self.min_precision, test.precision), ("gate.min_recall", self.min_recall, test.recall)]
            .into_iter()
            .filter(|&(_, floor, got)| got < floor)
            .map(|(rule, floor, got)| Refusal { rule, floor, got })
            .collect()
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rule, floor, got } = self;
        write!(formatter, "`{rule}` is {floor}, the model has {got:.4} on the test side, {:.4} too little", floor - got)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ConfusionMatrix;

    fn metrics(precision: f64, recall: f64) -> Metrics {
        Metrics { precision, recall, ..Metrics::of(&[1.0, 0.0], &[true, false], 0.5) }
    }

    #[test]
    fn each_floor_that_is_missed_is_named() {
        let gate = Gate { min_precision: 0.8, min_recall: 0.6 };
        assert_eq!(gate.judge(&metrics(0.8, 0.6)), []);
        let refusals = gate.judge(&metrics(0.75, 0.5));
        assert_eq!(
            refusals.iter().map(|refusal| refusal.rule).collect::<Vec<_>>(),
            ["gate.min_precision", "gate.min_recall"]
        );
        assert_eq!(
            refusals[0].to_string(),
            "`gate.min_precision` is 0.8, the model has 0.7500 on the test side, 0.0500 too little"
        );
    }

    #[test]
    fn a_model_that_finds_nothing_is_refused() {
        let matrix = ConfusionMatrix::of(&[0.1, 0.2], &[true, false], 0.5);
        assert_eq!((matrix.precision(), matrix.recall()), (0.0, 0.0));
    }
}
