//! `linfa-logistic` itself, on rows made dense.

use linfa::DatasetBase;
use linfa::traits::Fit as _;
use linfa_logistic::LogisticRegression;

use super::{LabelledRows, LinearModel, SolverError};
use crate::fit::settings::SolverSettings;

/// Fits by `linfa-logistic`, which takes dense arrays alone: memory grows with texts × terms.
///
/// # Errors
/// When `linfa-logistic` fails.
pub fn fit_dense(
    rows: &LabelledRows,
    settings: &SolverSettings,
) -> Result<LinearModel, SolverError> {
    let dense = DatasetBase::new(rows.records.to_dense(), rows.targets.clone());
    let fitted = LogisticRegression::default()
        .alpha(settings.alpha)
        .max_iterations(settings.max_iterations)
        .gradient_tolerance(settings.gradient_tolerance)
        .fit(&dense)?;
    // Its logits are those of the label that more rows have.
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    let coefficients = fitted.params().iter().map(|weight| sign * weight).collect();
    Ok(LinearModel {
        coefficients,
        intercept: sign * fitted.intercept(),
    })
}
