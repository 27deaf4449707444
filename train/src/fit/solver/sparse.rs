//! Logistic regression on sparse rows.

use super::error::SolverError;
use super::linear_model::LinearModel;
use super::newton::{Limits, minimize};
use super::objective::LogisticObjective;
use crate::fit::rows::SparseRows;
use crate::fit::settings::SolverSettings;
use crate::progress::Observer;

/// Logistic regression with an L2 penalty, by the truncated Newton method over the non-zero
/// entries.
#[derive(Clone, Debug, PartialEq)]
pub struct SparseLogisticRegression {
    /// Weight of the L2 penalty, over 0.
    pub alpha: f64,
    /// Iterations after which the fit is given up.
    pub max_iterations: u64,
    /// Fraction of the objective below which the estimated gap to the optimum ends the fit.
    pub tolerance: f64,
}

impl From<&SolverSettings> for SparseLogisticRegression {
    fn from(settings: &SolverSettings) -> Self {
        let SolverSettings {
            alpha,
            max_iterations,
            tolerance,
            ..
        } = *settings;

        Self {
            alpha,
            max_iterations,
            tolerance,
        }
    }
}

impl SparseLogisticRegression {
    /// Fits `rows` and the label of each text: the model and its objective.
    pub(super) fn fit_observed(
        &self,
        rows: &SparseRows,
        labels: &[bool],
        observer: &dyn Observer,
    ) -> Result<(LinearModel, f64), SolverError> {
        let mut objective = LogisticObjective::new(rows, labels, self.alpha);
        let start = vec![0.0; rows.column_count() + 1];
        let limits = Limits {
            tolerance: self.tolerance,
            max_iterations: self.max_iterations,
        };

        let mut progress = |iteration, loss| observer.stepped(iteration, loss);
        let minimum = minimize(&mut objective, start, limits, &mut progress);
        if !minimum.converged {
            return Err(SolverError::NotConverged {
                iterations: self.max_iterations,
            });
        }
        Ok((objective.model(&minimum.point), minimum.loss))
    }
}
