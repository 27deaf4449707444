//! Our own solver: L-BFGS over the entries that are not zero.

use argmin::core::{CostFunction, Error, Executor, Gradient, State, TerminationReason};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use linfa::traits::Fit;
use ndarray::Array1;

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
        let columns = dataset.records.matrix().cols();
        let problem = Problem { rows: &dataset.records, labels: &dataset.targets, alpha: self.alpha };
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
    labels: &'a Array1<bool>,
    alpha: f64,
}

impl CostFunction for Problem<'_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, parameters: &Vec<f64>) -> Result<f64, Error> {
        let (intercept, coefficients) = split(parameters);
        Ok(loss(self.rows, self.labels, intercept, coefficients, self.alpha))
    }
}

impl Gradient for Problem<'_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, parameters: &Vec<f64>) -> Result<Vec<f64>, Error> {
        let (intercept, coefficients) = split(parameters);
        let mut gradient: Vec<f64> = coefficients.iter().map(|coefficient| self.alpha * coefficient).collect();
        let mut intercept_slope = 0.0;
        for ((columns, values), &label) in self.rows.iter().zip(self.labels) {
            let sign = sign(label);
            let logit = dot(columns, values, coefficients) + intercept;
            // d/dz ln(1 + exp(-y z)) = -y / (1 + exp(y z))
            let slope = -sign / (1.0 + libm::exp(sign * logit));
            for (&column, &value) in columns.iter().zip(values) {
                gradient[column as usize] += slope * value;
            }
            intercept_slope += slope;
        }
        gradient.push(intercept_slope);
        Ok(gradient)
    }
}

/// `sum ln(1 + exp(-y z)) + alpha / 2 * |w|^2`.
pub(super) fn loss(rows: &SparseRows, labels: &Array1<bool>, intercept: f64, coefficients: &[f64], alpha: f64) -> f64 {
    let losses = rows.iter().zip(labels).map(|((columns, values), &label)| {
        let margin = sign(label) * (dot(columns, values, coefficients) + intercept);
        // Either form is exact where the other one overflows or cancels.
        if margin > 0.0 { libm::log1p(libm::exp(-margin)) } else { libm::log1p(libm::exp(margin)) - margin }
    });
    let squares: f64 = coefficients.iter().map(|coefficient| coefficient * coefficient).sum();
    losses.sum::<f64>() + 0.5 * alpha * squares
}

fn split(parameters: &[f64]) -> (f64, &[f64]) {
    let (intercept, coefficients) = parameters.split_last().expect("there is always an intercept");
    (*intercept, coefficients)
}

fn dot(columns: &[u32], values: &[f64], coefficients: &[f64]) -> f64 {
    columns.iter().zip(values).map(|(&column, value)| value * coefficients[column as usize]).sum()
}

const fn sign(label: bool) -> f64 {
    if label { 1.0 } else { -1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sprs::CsMatI;

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let rows = SparseRows::new(CsMatI::new((3, 2), vec![0, 2, 3, 3], vec![0, 1, 1], vec![0.6, 0.8, 1.0]));
        let labels = ndarray::arr1(&[true, false, true]);
        let problem = Problem { rows: &rows, labels: &labels, alpha: 0.7 };
        let at = vec![0.3, -1.2, 0.4];
        let gradient = problem.gradient(&at).unwrap();
        for parameter in 0..at.len() {
            let step = 1e-6;
            let moved = |by: f64| {
                let mut point = at.clone();
                point[parameter] += by;
                problem.cost(&point).unwrap()
            };
            let slope = (moved(step) - moved(-step)) / (2.0 * step);
            assert!((gradient[parameter] - slope).abs() < 1e-8, "parameter {parameter}: {gradient:?}, {slope}");
        }
    }

    #[test]
    fn far_logits_neither_overflow_nor_cancel() {
        let rows = SparseRows::new(CsMatI::new((2, 1), vec![0, 1, 2], vec![0, 0], vec![1.0, 1.0]));
        let labels = ndarray::arr1(&[true, false]);
        let got = loss(&rows, &labels, 0.0, &[1000.0], 0.0);
        assert!((got - 1000.0).abs() < 1e-9, "got {got}");
    }
}
