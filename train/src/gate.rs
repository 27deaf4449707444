//! What a model must reach to be published.

use serde::{Deserialize, Serialize};

use crate::Report;

/// Floors for a model's figures on the test side.
///
/// Beside them a model must rank better than every [`Baseline`](crate::Baseline), by the area under the ROC curve.
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
    /// The rule: the setting that holds the floor, or the baseline.
    pub rule: String,
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
    /// The rules that a model breaks; none for one that may be published.
    #[must_use]
    pub fn judge(&self, report: &Report) -> Vec<Refusal> {
        let test = &report.test_metrics;
        let floors = [
            ("`gate.min_precision`".to_owned(), self.min_precision, test.precision),
            ("`gate.min_recall`".to_owned(), self.min_recall, test.recall),
        ];
        let missed = floors.into_iter().filter(|&(_, floor, got)| got < floor);
        let baselines = report.baselines.iter().map(|baseline| {
            let rule = format!("the ROC-AUC of the rule \u{201C}{}\u{201D}", baseline.rule);
            (rule, baseline.roc_auc, test.roc_auc)
        });
        let not_beaten = baselines.filter(|&(_, floor, got)| got <= floor);
        missed.chain(not_beaten).map(|(rule, floor, got)| Refusal { rule, floor, got }).collect()
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rule, floor, got } = self;
        // As the setting has it, without the digits that a baseline's quotient has.
        let rounded = (floor * 1e4).round() / 1e4;
        write!(formatter, "{rule} is {rounded}, the model has {got:.4} on the test side, {:.4} too little", floor - got)
    }
}
