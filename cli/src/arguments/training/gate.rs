//! Flags of the gate and of the model checks.

use std::path::PathBuf;

use clap::Args;
use relevance_train::Settings;

use crate::arguments::setting::set;

/// Flags for the sections `gate` and `model_checks` of the settings.
#[derive(Debug, Args)]
#[command(next_help_heading = "Gate")]
pub struct GateArguments {
    /// Minimum precision on the test subset, 0 to 1.
    #[arg(long, env = "RELEVANCE_MIN_PRECISION", value_name = "FRACTION")]
    min_precision: Option<f64>,
    /// Minimum recall on the test subset, 0 to 1.
    #[arg(long, env = "RELEVANCE_MIN_RECALL", value_name = "FRACTION")]
    min_recall: Option<f64>,
    /// Maximum size of the model file.
    #[arg(long, env = "RELEVANCE_MAX_MODEL_BYTES", value_name = "BYTES")]
    max_model_bytes: Option<u64>,
    /// Maximum fraction of rows that are left out: undecided, without a label or with an empty text; 0 to 1.
    #[arg(long, env = "RELEVANCE_MAX_LEFT_OUT", value_name = "FRACTION")]
    max_left_out: Option<f64>,
    /// Maximum drop of F1 and ROC-AUC below the production model, 0 to 1.
    #[arg(long, env = "RELEVANCE_MAX_DROP", value_name = "FRACTION")]
    max_drop: Option<f64>,
    /// Significance level of McNemar's test against the production model, 0 to 1.
    #[arg(long, env = "RELEVANCE_SIGNIFICANCE", value_name = "LEVEL")]
    significance: Option<f64>,
    /// Maximum time of a text, as a multiple of the production model's.
    #[arg(long, env = "RELEVANCE_MAX_SLOWDOWN", value_name = "FACTOR")]
    max_slowdown: Option<f64>,
    /// Publish a model although there are no rows on which to compare it with the production model.
    #[arg(
        long,
        env = "RELEVANCE_ALLOW_UNCOMPARED",
        value_name = "BOOL",
        num_args = 0..=1,
        default_missing_value = "true"
    )]
    allow_uncompared: Option<bool>,
    /// Check that letter case and surrounding or repeated whitespace leave probabilities unchanged.
    #[arg(
        long,
        env = "RELEVANCE_CHECK_INVARIANCE",
        value_name = "BOOL",
        num_args = 0..=1,
        default_missing_value = "true"
    )]
    check_invariance: Option<bool>,
    /// File of sentences that must get their labels: CSV or JSON lines with a text and a label column.
    #[arg(long, env = "RELEVANCE_MUST_PASS", value_name = "FILE")]
    must_pass: Option<PathBuf>,
}

impl GateArguments {
    /// Changes the settings whose flag is given.
    pub fn apply(&self, settings: &mut Settings) {
        let gate = &mut settings.gate;
        set(&mut gate.min_precision, self.min_precision);
        set(&mut gate.min_recall, self.min_recall);
        set(&mut gate.max_model_bytes, self.max_model_bytes);
        set(&mut gate.max_left_out, self.max_left_out);
        set(&mut gate.max_drop, self.max_drop);
        set(&mut gate.significance, self.significance);
        set(&mut gate.max_slowdown, self.max_slowdown);
        set(&mut gate.allow_uncompared, self.allow_uncompared);

        let checks = &mut settings.model_checks;
        set(&mut checks.invariance, self.check_invariance);
        set(&mut checks.must_pass, self.must_pass.clone().map(Some));
    }
}
