//! Our own solver: Newton's method over the entries that are not zero.

use linfa::dataset::Records as _;
use linfa::traits::Fit;
use ndarray::Array1;

use super::newton::{Limits, minimize};
use super::objective::Problem;
use super::{LabelledRows, LinearModel, SolverError};
use crate::fit::rows::SparseRows;
use crate::fit::settings::SolverSettings;
use crate::progress::Observer;

/// Logistic regression on sparse rows, behind linfa's `Fit`.
#[derive(Clone, Debug, PartialEq)]
pub struct SparseLogisticRegression {
    /// Weight of the L2 penalty, over 0.
    pub alpha: f64,
    /// Iterations after which the fit is given up.
    pub max_iterations: u64,
    /// The fit ends when what a step leaves to gain is less than this share of the objective.
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

impl Fit<SparseRows, Array1<bool>, SolverError> for SparseLogisticRegression {
    type Object = LinearModel;

    fn fit(&self, dataset: &LabelledRows) -> Result<LinearModel, SolverError> {
        Ok(self.fit_observed(dataset, &())?.0)
    }
}

impl SparseLogisticRegression {
    /// The model and its objective.
    pub(super) fn fit_observed(
        &self,
        dataset: &LabelledRows,
        observer: &dyn Observer,
    ) -> Result<(LinearModel, f64), SolverError> {
        let labels = dataset
            .targets
            .as_slice()
            .expect("labels lie one after the other");
        let mut problem = Problem::new(&dataset.records, labels, self.alpha);
        let start = vec![0.0; dataset.records.nfeatures() + 1];
        let limits = Limits {
            tolerance: self.tolerance,
            max_iterations: self.max_iterations,
        };
        let minimum = minimize(&mut problem, start, limits, &mut |step, loss| {
            observer.stepped(step, loss)
        });
        if !minimum.converged {
            return Err(SolverError::NotConverged {
                iterations: self.max_iterations,
            });
        }
        Ok((problem.model(&minimum.point), minimum.loss))
    }
}
