//! The rules that a model must meet before it is published.

use std::fmt;

use relevance_train::{Gate, GateFailure, Metrics, Report};

use crate::workflow::messages::Messages;

/// The gate stopped the model, and nothing was changed.
#[derive(Debug)]
pub struct GateFailed {
    /// The rules that the model does not meet, at least one.
    pub failures: Vec<GateFailure>,
}

impl fmt::Display for GateFailed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the gate refused the model, nothing was changed:")?;
        for failure in &self.failures {
            write!(formatter, "\n  {failure}")?;
        }
        Ok(())
    }
}

impl std::error::Error for GateFailed {}

/// Applies the rules on metrics and model checks.
pub(crate) fn check_report(gate: &Gate, report: &Report, messages: Messages) -> anyhow::Result<()> {
    let step = messages.progress.start("gate");
    let test = report.for_gate();
    let failures = gate.check(test, &report.baselines, &report.model_checks);

    let Metrics {
        precision,
        recall,
        f1,
        roc_auc,
        ..
    } = report.test_metrics;
    step.done(format_args!(
        "{}: precision {precision:.4}, recall {recall:.4}, F1 {f1:.4}, ROC-AUC {roc_auc:.4} on the test subset",
        outcome(&failures)
    ));
    for miss in gate.chance_misses(test) {
        messages.progress.print(format_args!("warning: {miss}\n"));
    }

    let failures = failures.into_iter();
    ensure_passed(failures.map(|failure| messages.texts.redact_failure(failure)))
}

/// The outcome of the gate in one word.
pub(crate) const fn outcome(failures: &[GateFailure]) -> &'static str {
    if failures.is_empty() {
        "passed"
    } else {
        "refused"
    }
}

/// Fails with [`GateFailed`] when there are failures.
pub(crate) fn ensure_passed(failures: impl IntoIterator<Item = GateFailure>) -> anyhow::Result<()> {
    let failures: Vec<GateFailure> = failures.into_iter().collect();
    if failures.is_empty() {
        Ok(())
    } else {
        Err(GateFailed { failures }.into())
    }
}
