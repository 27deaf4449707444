//! The fit with the solver of the settings, and the objective of a model.

use super::error::SolverError;
use super::linear_model::LinearModel;
use super::linfa;
use super::newton::Objective as _;
use super::objective::LogisticObjective;
use super::sparse::SparseLogisticRegression;
use crate::fit::rows::SparseRows;
use crate::fit::settings::{SolverKind, SolverSettings};
use crate::progress::Observer;

/// Fits `rows` and the label of each text with the solver of the settings.
///
/// # Errors
/// When the solver fails or does not converge.
pub fn fit(
    rows: &SparseRows,
    labels: &[bool],
    settings: &SolverSettings,
) -> Result<LinearModel, SolverError> {
    let (model, _) = fit_observed(rows, labels, settings, &())?;
    Ok(model)
}

/// Fits as [`fit`] does: the model and its objective.
pub(crate) fn fit_observed(
    rows: &SparseRows,
    labels: &[bool],
    settings: &SolverSettings,
    observer: &dyn Observer,
) -> Result<(LinearModel, f64), SolverError> {
    match settings.kind {
        SolverKind::Sparse => {
            SparseLogisticRegression::from(settings).fit_observed(rows, labels, observer)
        }
        SolverKind::Linfa => {
            let model = linfa::fit_dense(rows, labels, settings)?;
            let objective = objective(rows, labels, &model, settings.alpha);
            Ok((model, objective))
        }
    }
}

/// Computes the objective at `model`.
#[must_use]
pub fn objective(rows: &SparseRows, labels: &[bool], model: &LinearModel, alpha: f64) -> f64 {
    let mut objective = LogisticObjective::new(rows, labels, alpha);
    let parameters = objective.parameters(model);
    objective.evaluate(&parameters).loss
}
