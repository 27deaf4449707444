//! The fit with the solver of the settings, and the objective of a model.

use super::error::SolverError;
use super::linear_model::LinearModel;
use super::linfa;
use super::newton::Objective as _;
use super::objective::LogisticObjective;
use super::sparse::SparseLogisticRegression;
use crate::fit::rows::SparseRows;
use crate::fit::settings::{SolverKind, SolverSettings};
use crate::fit::targets::Targets;
use crate::progress::Observer;

/// Fits `rows` and the target of each text with the solver of the settings.
///
/// # Errors
/// When the solver fails or does not converge.
pub fn fit(
    rows: &SparseRows,
    targets: Targets<'_>,
    settings: &SolverSettings,
) -> Result<LinearModel, SolverError> {
    let (model, _) = fit_observed(rows, targets, settings, &())?;
    Ok(model)
}

/// Fits as [`fit`] does: the model and its objective.
pub(crate) fn fit_observed(
    rows: &SparseRows,
    targets: Targets<'_>,
    settings: &SolverSettings,
    observer: &dyn Observer,
) -> Result<(LinearModel, f64), SolverError> {
    match settings.kind {
        SolverKind::Sparse => {
            SparseLogisticRegression::from(settings).fit_observed(rows, targets, observer)
        }
        SolverKind::Linfa => {
            let model = linfa::fit_dense(rows, targets, settings)?;
            let objective = objective(rows, targets, &model, settings.alpha);
            Ok((model, objective))
        }
    }
}

/// Computes the objective at `model`.
#[must_use]
pub fn objective(rows: &SparseRows, targets: Targets<'_>, model: &LinearModel, alpha: f64) -> f64 {
    let mut objective = LogisticObjective::new(rows, targets, alpha);
    let parameters = objective.parameters(model);
    objective.evaluate(&parameters).loss
}
