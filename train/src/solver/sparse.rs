//! Our own solver: L-BFGS over the entries that are not zero.

use std::sync::{Mutex, PoisonError};

use argmin::core::{CostFunction, Error, Executor, Gradient, State, TerminationReason};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use linfa::dataset::Records as _;
use linfa::traits::Fit;
use ndarray::Array1;

use super::objective::{Evaluation, evaluate};
use super::{LabelledRows, LinearModel, SolverError};
use crate::{SolverSettings, SparseRows};

/// How many past steps L-BFGS keeps, as in `linfa-logistic`.
const HISTORY: usize = 10;

/// Logistic regression on sparse rows, behind linfa's `Fit`.
#[derive(Clone, Debug, PartialEq)]
pub struct SparseLogisticRegression {
    /// Weight of the L2 penalty, over 0.
    pub alpha: f64,
    /// Iterations after which the fit is given up.
    pub max_iterations: u64,
    /// The fit ends when the norm of the gradient is below this.
    pub gradient_tolerance: f64,
}

impl From<&SolverSettings> for SparseLogisticRegression {
    fn from(settings: &SolverSettings) -> Self {
        let SolverSettings { alpha, max_iterations, gradient_tolerance, .. } = *settings;
        Self { alpha, max_iterations, gradient_tolerance }
    }
}

impl Fit<SparseRows, Array1<bool>, SolverError> for SparseLogisticRegression {
    type Object = LinearModel;

    fn fit(&self, dataset: &LabelledRows) -> Result<LinearModel, SolverError> {
        let columns = dataset.records.nfeatures();
        let labels = dataset.targets.as_slice().expect("labels lie one after the other");
        let problem = Problem { rows: &dataset.records, labels, alpha: self.alpha, last: Mutex::default() };
        let solver = LBFGS::new(MoreThuenteLineSearch::new(), HISTORY)
            .with_tolerance_grad(self.gradient_tolerance)
            .map_err(SolverError::Optimizer)?;
        let result = Executor::new(problem, solver)
            .configure(|state| state.param(vec![0.0; columns + 1]).max_iters(self.max_iterations))
            .run()
            .map_err(SolverError::Optimizer)?;
        if result.state.get_termination_reason() == Some(&TerminationReason::MaxItersReached) {
            return Err(SolverError::NotConverged { iterations: self.max_iterations });
        }
        let mut parameters = result.state.best_param.expect("a run that ended has a best point");
        let intercept = parameters.pop().expect("the intercept is the last parameter");
        Ok(LinearModel { coefficients: parameters, intercept })
    }
}

/// The objective for argmin; parameters are the coefficients and then the intercept.
struct Problem<'a> {
    rows: &'a SparseRows,
    labels: &'a [bool],
    alpha: f64,
    /// The point that was evaluated last: argmin asks for loss and gradient of a point one after the other.
    last: Mutex<(Vec<f64>, Evaluation)>,
}

impl Problem<'_> {
    fn at<T>(&self, parameters: &[f64], read: impl Fn(&Evaluation) -> T) -> T {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.0 != parameters {
            *last = (parameters.to_vec(), evaluate(self.rows, self.labels, parameters, self.alpha));
        }
        read(&last.1)
    }
}

impl CostFunction for Problem<'_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, parameters: &Vec<f64>) -> Result<f64, Error> {
        Ok(self.at(parameters, |evaluation| evaluation.loss))
    }
}

impl Gradient for Problem<'_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, parameters: &Vec<f64>) -> Result<Vec<f64>, Error> {
        Ok(self.at(parameters, |evaluation| evaluation.gradient.clone()))
    }
}
