//! Logistic regression with an L2 penalty: sparse rows and labels to coefficients and intercept.
//!
//! The objective of every solver is `sum ln(1 + exp(-y z)) + alpha / 2 * |w|^2` with `z = w x + b` and `y` -1 or 1, as
//! `linfa-logistic` defines it; the intercept `b` bears no penalty.

mod dense;
mod newton;
mod objective;
mod preconditioner;
mod sparse;
mod vector;

pub use dense::fit_dense;
pub use sparse::SparseLogisticRegression;

use linfa::DatasetBase;
use ndarray::Array1;

use newton::Objective as _;
use objective::Problem;

use crate::fit::rows::SparseRows;
use crate::fit::settings::{SolverKind, SolverSettings};
use crate::progress::Observer;

/// Rows and labels, as the solvers take them.
pub type LabelledRows = DatasetBase<SparseRows, Array1<bool>>;

/// A fitted linear model.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearModel {
    /// Weights: `[vocabulary]`.
    pub coefficients: Vec<f64>,
    /// The logit of a row of zeros.
    pub intercept: f64,
}

/// Why a solver gave up.
#[derive(Debug, thiserror::Error)]
pub enum SolverError {
    /// The rows and labels do not make a data set.
    #[error(transparent)]
    Dataset(#[from] linfa::Error),
    /// The objective did not get low enough in time.
    #[error(
        "no optimum within {iterations} iterations: raise `solver.max_iterations`, `solver.alpha` or `solver.tolerance`"
    )]
    NotConverged {
        /// The setting.
        iterations: u64,
    },
    /// `linfa-logistic` refused or failed.
    #[error("linfa-logistic failed")]
    Linfa(#[from] linfa_logistic::error::Error),
}

/// Fits with the solver of the settings.
///
/// # Errors
/// When the solver fails or does not converge.
pub fn fit(rows: &LabelledRows, settings: &SolverSettings) -> Result<LinearModel, SolverError> {
    Ok(fit_observed(rows, settings, &())?.0)
}

/// Fits with the solver of the settings, as [`fit`] does: the model and its objective.
pub(crate) fn fit_observed(
    rows: &LabelledRows,
    settings: &SolverSettings,
    observer: &dyn Observer,
) -> Result<(LinearModel, f64), SolverError> {
    match settings.kind {
        SolverKind::Sparse => SparseLogisticRegression::from(settings).fit_observed(rows, observer),
        SolverKind::Linfa => {
            let model = fit_dense(rows, settings)?;
            let objective = objective(rows, &model, settings.alpha);
            Ok((model, objective))
        }
    }
}

/// The objective at `model`.
///
/// # Panics
/// When the labels do not lie one after the other in memory.
#[must_use]
pub fn objective(rows: &LabelledRows, model: &LinearModel, alpha: f64) -> f64 {
    let labels = rows
        .targets
        .as_slice()
        .expect("labels lie one after the other");
    let mut problem = Problem::new(&rows.records, labels, alpha);
    problem.evaluate(&problem.parameters(model)).loss
}
