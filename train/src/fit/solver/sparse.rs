//! Logistic regression on sparse rows.

use super::error::SolverError;
use super::linear_model::LinearModel;
use super::newton::{Limits, Minimum, minimize};
use super::objective::LogisticObjective;
use crate::fit::rows::SparseRows;
use crate::fit::settings::SolverSettings;
use crate::fit::targets::Targets;
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
    /// Fits `rows` and the target of each text: the model and its objective.
    pub(super) fn fit_observed(
        &self,
        rows: &SparseRows,
        targets: Targets<'_>,
        observer: &dyn Observer,
    ) -> Result<(LinearModel, f64), SolverError> {
        let mut objective = LogisticObjective::new(rows, targets, self.alpha);
        let start = objective.start();
        let minimum = self.minimize(&mut objective, start, observer)?;
        Ok((objective.model(&minimum.point), minimum.loss))
    }

    /// Fits with each of `alphas` in place of the weight of the penalty, each fit from the optimum
    /// of the one before.
    pub(crate) fn fit_path(
        &self,
        rows: &SparseRows,
        targets: Targets<'_>,
        alphas: &[f64],
    ) -> Result<Vec<LinearModel>, SolverError> {
        let mut point = None;
        let fit = |&alpha: &f64| {
            let mut objective = LogisticObjective::new(rows, targets, alpha);
            let start = point.take().unwrap_or_else(|| objective.start());
            let minimum = self.minimize(&mut objective, start, &())?;
            let model = objective.model(&minimum.point);
            point = Some(minimum.point);
            Ok(model)
        };
        alphas.iter().map(fit).collect()
    }

    fn minimize(
        &self,
        objective: &mut LogisticObjective<'_>,
        start: Vec<f64>,
        observer: &dyn Observer,
    ) -> Result<Minimum, SolverError> {
        let limits = Limits {
            tolerance: self.tolerance,
            max_iterations: self.max_iterations,
        };

        let mut progress = |iteration, loss| observer.stepped(iteration, loss);
        let minimum = minimize(objective, start, limits, &mut progress);
        if minimum.converged {
            return Ok(minimum);
        }
        Err(SolverError::NotConverged {
            iterations: self.max_iterations,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::rows::RowChunk;

    /// Coefficients by column and intercept of scikit-learn 1.9, `LogisticRegression(C=1/0.7,
    /// solver="newton-cg", tol=1e-14)` on the dense rows, with `sample_weight` and `class_weight`.
    #[test]
    fn weighted_fits_agree_with_scikit_learn() {
        let mut chunk = RowChunk::new(2);
        for ranks in [&[0, 0, 1][..], &[0], &[]] {
            chunk.push(ranks, &[1.5, 1.0]);
        }
        let rows = SparseRows::new(vec![chunk], vec![1.0, 1.5], vec![1, 0]);
        let solver = SparseLogisticRegression {
            alpha: 0.7,
            max_iterations: 500,
            tolerance: 1e-16,
        };

        for (name, weights, want) in [
            (
                "none",
                None,
                [0.159_425_702_951, -0.422_386_121_029, 0.956_595_132_580],
            ),
            (
                "class_weight=balanced",
                Some([0.75, 1.5, 0.75]),
                [0.174_350_318_489, -0.474_641_129_132, 0.336_781_764_085],
            ),
            (
                "class_weight={1: 0.25, 0: 4}",
                Some([0.25, 4.0, 0.25]),
                [0.100_103_720_530, -0.321_866_299_293, -1.780_355_560_730],
            ),
            (
                "sample_weight",
                Some([2.0, 0.5, 3.0]),
                [0.094_236_953_963, -0.353_812_558_056, 2.456_177_105_120],
            ),
            (
                "sample_weight and class_weight=balanced",
                Some([1.1, 2.75, 1.65]),
                [0.267_857_021_277, -0.881_384_934_740, 0.595_035_788_628],
            ),
        ] {
            let targets = Targets {
                labels: &[true, false, true],
                weights: weights.as_ref().map(<[f64; 3]>::as_slice),
            };
            let (model, _) = solver.fit_observed(&rows, targets, &()).unwrap();
            let got = [
                model.coefficients[0],
                model.coefficients[1],
                model.intercept,
            ];
            for (got, want) in got.iter().zip(want) {
                assert!((got - want).abs() < 1e-6, "{name}: {got}, {want}");
            }
        }
    }
    #[test]
    fn a_path_has_the_optimum_of_each_penalty() {
        let mut chunk = RowChunk::new(3);
        for ranks in [&[0, 0, 1][..], &[0, 2], &[1, 2], &[0], &[2]] {
            chunk.push(ranks, &[1.5, 1.0, 2.0]);
        }
        let rows = SparseRows::new(vec![chunk], vec![1.5, 1.0, 2.0], vec![0, 1, 2]);
        let labels = [true, false, true, false, true];
        let solver = |alpha| SparseLogisticRegression {
            alpha,
            max_iterations: 500,
            tolerance: 1e-14,
        };

        let alphas = [10.0, 1.0, 0.1];
        let path = solver(7.0).fit_path(&rows, (&labels[..]).into(), &alphas);
        for (alpha, model) in alphas.into_iter().zip(path.unwrap()) {
            let alone = solver(alpha).fit_observed(&rows, (&labels[..]).into(), &());
            let (want, _) = alone.unwrap();
            let pairs = model.coefficients.iter().zip(&want.coefficients);
            assert!(
                pairs
                    .into_iter()
                    .all(|(got, want)| (got - want).abs() < 1e-6)
            );
            assert!((model.intercept - want.intercept).abs() < 1e-6);
        }
    }
}
