//! Truncated Newton method for smooth, strongly convex functions.
//!
//! Each Newton step is solved for approximately by preconditioned conjugate gradients (Dembo and
//! Steihaug 1983); the preconditioner keeps the pairs of earlier steps (Morales and Nocedal 2000),
//! and a backtracking line search follows.

use super::kernel::{add_scaled, dot};
use super::preconditioner::{Pair, Pairs, Preconditioner};

/// Fraction of the initial residual norm to which the conjugate gradients reduce it.
const FORCING_TERM: f64 = 0.1;
/// A step that would leave at most this many times the allowed gap is made exact instead, so that
/// it is the last one.
const LAST_STEP_FACTOR: f64 = 30.0;
/// Most Hessian-vector products of a step.
const MAX_PRODUCTS: usize = 200;
/// Fraction of the predicted decrease that a step must reach (Armijo's condition).
const SUFFICIENT_DECREASE: f64 = 1e-4;
/// Trials after which a step of the line search is too short to change the value.
const MAX_TRIALS: usize = 40;

/// Value and gradient of a function at a point.
#[derive(Clone, Debug)]
pub(super) struct LossAndGradient {
    /// The value.
    pub(super) loss: f64,
    /// First derivative by each variable.
    pub(super) gradient: Vec<f64>,
}

/// A function to minimise; its second derivatives are those at the last evaluated point.
pub(super) trait Objective {
    /// Computes value and gradient at a point.
    fn evaluate(&mut self, point: &[f64]) -> LossAndGradient;

    /// Computes the diagonal of the Hessian, each entry over 0; an approximation is enough.
    fn hessian_diagonal(&mut self) -> Vec<f64>;

    /// Computes the product of the Hessian with a direction.
    fn hessian_vector_product(&mut self, direction: &[f64]) -> Vec<f64>;
}

/// Result of a minimisation.
#[derive(Clone, Debug)]
pub(super) struct Minimum {
    /// The point.
    pub(super) point: Vec<f64>,
    /// The value at the point.
    pub(super) loss: f64,
    /// Whether the tolerance was reached.
    pub(super) converged: bool,
}

/// Stopping rules.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Fraction of the value below which the estimated gap to the minimum ends the minimisation.
    pub(super) tolerance: f64,
    /// Steps after which the minimisation is given up.
    pub(super) max_iterations: u64,
}

/// Minimises from `point` on; calls `progress` with the index of each step, from 1, and the value
/// after it.
pub(super) fn minimize(
    objective: &mut impl Objective,
    mut point: Vec<f64>,
    limits: Limits,
    progress: &mut dyn FnMut(u64, f64),
) -> Minimum {
    let mut current = objective.evaluate(&point);
    let mut preconditioner = Preconditioner::default();

    for iteration in 1..=limits.max_iterations {
        preconditioner.set_diagonal(objective.hessian_diagonal());
        let allowed_gap = limits.tolerance * current.loss;
        let step = newton_step(
            objective,
            &current.gradient,
            &mut preconditioner,
            allowed_gap,
        );

        let directional_derivative = dot(&step.direction, &current.gradient);
        let searched = line_search(
            objective,
            &point,
            &current,
            &step.direction,
            directional_derivative,
        );
        let Some((next_point, next)) = searched else {
            // The value no longer differs from those around it.
            return Minimum {
                point,
                loss: current.loss,
                converged: true,
            };
        };

        // The estimated gap has two parts: the conjugate gradients' residual, and the error of the
        // quadratic model, whose relative size counts twice because Newton's method converges
        // quadratically.
        let predicted = (-0.5 * directional_derivative).max(f64::MIN_POSITIVE);
        let model_error = current.loss - next.loss - predicted;
        let gap = step.relative_residual * predicted + model_error.powi(2) / predicted;

        (point, current) = (next_point, next);
        progress(iteration, current.loss);
        if gap <= limits.tolerance * current.loss {
            return Minimum {
                point,
                loss: current.loss,
                converged: true,
            };
        }
    }

    Minimum {
        point,
        loss: current.loss,
        converged: false,
    }
}

/// An approximate Newton step.
struct Step {
    direction: Vec<f64>,
    /// Squared preconditioned norm of the residual, as a fraction of the one at the start.
    relative_residual: f64,
}

/// Solves `H d = -g` approximately by preconditioned conjugate gradients (Nocedal and Wright,
/// Numerical Optimization, 2006, algorithm 7.1).
///
/// The solution is exact enough to leave `allowed_gap` when a step of ordinary accuracy would leave
/// little more.
fn newton_step(
    objective: &mut impl Objective,
    gradient: &[f64],
    preconditioner: &mut Preconditioner,
    allowed_gap: f64,
) -> Step {
    let mut direction = vec![0.0; gradient.len()];
    let mut residual: Vec<f64> = gradient.iter().map(|value| -value).collect();
    let mut search_direction = preconditioner.apply(&residual);
    let mut squared_norm = dot(&residual, &search_direction);

    // At the minimum the norm is 0, and fractions of it would not be numbers.
    let first_squared_norm = squared_norm.max(f64::MIN_POSITIVE);
    let mut predicted = 0.0;
    let mut pairs = Pairs::default();

    for _ in 0..MAX_PRODUCTS {
        let remaining = squared_norm / first_squared_norm * predicted;
        let is_exact = remaining <= allowed_gap;
        let is_accurate = squared_norm <= FORCING_TERM * FORCING_TERM * first_squared_norm;
        if is_accurate && (is_exact || remaining > LAST_STEP_FACTOR * allowed_gap) {
            break;
        }

        let product = objective.hessian_vector_product(&search_direction);
        let quadratic_form = dot(&search_direction, &product);
        predicted += 0.5 * squared_norm * squared_norm / quadratic_form;
        let step_length = squared_norm / quadratic_form;
        add_scaled(&mut direction, step_length, &search_direction);
        add_scaled(&mut residual, -squared_norm / quadratic_form, &product);

        let mut next_direction = preconditioner.apply(&residual);
        let next_squared_norm = dot(&residual, &next_direction);
        add_scaled(
            &mut next_direction,
            next_squared_norm / squared_norm,
            &search_direction,
        );
        squared_norm = next_squared_norm;

        pairs.push(Pair {
            s: std::mem::replace(&mut search_direction, next_direction),
            y: product,
            s_dot_y: quadratic_form,
        });
    }

    preconditioner.extend(pairs);
    Step {
        direction,
        relative_residual: squared_norm / first_squared_norm,
    }
}

/// Backtracking line search along `direction`, from step length 1 down, for Armijo's condition
/// (Nocedal and Wright, Numerical Optimization, 2006, section 3.5); `None` when no step lowers the
/// value.
fn line_search(
    objective: &mut impl Objective,
    point: &[f64],
    current: &LossAndGradient,
    direction: &[f64],
    directional_derivative: f64,
) -> Option<(Vec<f64>, LossAndGradient)> {
    let mut length = 1.0;
    for _ in 0..MAX_TRIALS {
        let next_point: Vec<f64> = point
            .iter()
            .zip(direction)
            .map(|(value, step)| value + length * step)
            .collect();
        let next = objective.evaluate(&next_point);
        let change = next.loss - current.loss;
        if change <= SUFFICIENT_DECREASE * length * directional_derivative {
            return Some((next_point, next));
        }

        // Minimum of the parabola through value, derivative and this trial.
        let parabola_minimum = -0.5 * directional_derivative * length * length
            / (change - directional_derivative * length);
        length = parabola_minimum.clamp(0.1 * length, 0.5 * length);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The function `sum of w_i (x_i - i)^2 / 2 + x_i^4 / 4` with weights from 1 to 10,000, and the
    /// last evaluated point.
    struct Bowl(Vec<f64>);

    impl Bowl {
        fn weight(index: usize) -> f64 {
            [1.0, 100.0, 10_000.0][index % 3]
        }

        fn hessian(&self) -> impl Iterator<Item = f64> {
            self.0
                .iter()
                .enumerate()
                .map(|(index, x)| Self::weight(index) + 3.0 * x * x)
        }
    }

    impl Objective for Bowl {
        #[expect(clippy::cast_precision_loss, reason = "a few variables")]
        fn evaluate(&mut self, point: &[f64]) -> LossAndGradient {
            self.0.copy_from_slice(point);
            let terms = point
                .iter()
                .enumerate()
                .map(|(index, x)| (Self::weight(index), x - index as f64, x));

            LossAndGradient {
                loss: terms
                    .clone()
                    .map(|(weight, off, x)| weight * off * off / 2.0 + x.powi(4) / 4.0)
                    .sum(),
                gradient: terms
                    .map(|(weight, off, x)| weight * off + x.powi(3))
                    .collect(),
            }
        }

        fn hessian_diagonal(&mut self) -> Vec<f64> {
            // A bad approximation on purpose.
            self.hessian().map(f64::sqrt).collect()
        }

        fn hessian_vector_product(&mut self, direction: &[f64]) -> Vec<f64> {
            self.hessian()
                .zip(direction)
                .map(|(second_derivative, step)| second_derivative * step)
                .collect()
        }
    }

    fn run(tolerance: f64, max_iterations: u64) -> (Minimum, Vec<f64>) {
        let mut losses = Vec::new();
        let limits = Limits {
            tolerance,
            max_iterations,
        };
        let mut bowl = Bowl(vec![0.0; 9]);
        let minimum = minimize(&mut bowl, vec![0.0; 9], limits, &mut |_, loss| {
            losses.push(loss);
        });

        (minimum, losses)
    }

    #[test]
    fn every_step_lowers_the_value_and_the_last_reaches_the_minimum() {
        let (minimum, losses) = run(1e-15, 200);

        assert!(minimum.converged && losses.len() < 30, "{losses:?}");
        assert!(
            losses.is_sorted_by(|before, after| before > after),
            "{losses:?}"
        );
        let gradient = Bowl(vec![0.0; 9]).evaluate(&minimum.point).gradient;
        assert!(
            gradient.iter().all(|slope| slope.abs() < 1e-3),
            "{gradient:?}"
        );
    }

    #[test]
    fn a_start_at_the_minimum_ends_after_one_step() {
        let limits = Limits {
            tolerance: 1e-9,
            max_iterations: 10,
        };
        let mut steps = 0;
        let minimum = minimize(&mut Bowl(vec![0.0]), vec![0.0], limits, &mut |_, _| {
            steps += 1;
        });

        assert!(
            minimum.converged && steps == 1,
            "{steps} steps, {minimum:?}"
        );
        assert_eq!(minimum.point, [0.0]);
    }

    #[test]
    fn running_out_of_steps_is_reported_as_not_converged() {
        let (minimum, losses) = run(1e-15, 2);
        assert!(!minimum.converged);
        assert_eq!(losses.len(), 2);
    }

    #[test]
    fn an_unreachable_tolerance_ends_where_the_value_stops_falling() {
        assert!(run(0.0, 10_000).0.converged);
    }
}
