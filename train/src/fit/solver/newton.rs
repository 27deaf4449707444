//! Newton's method for smooth, strongly convex functions: each step is solved for by conjugate gradients (Dembo and Steihaug
//! 1983), which begin with what the steps before learned of the curvature (Morales and Nocedal 2000).

use super::preconditioner::{Pair, Pairs, Preconditioner};
use super::vector::{add, dot};

/// How much of a step's residual may be left, as a share of what it begins with.
const RESIDUAL: f64 = 0.1;
/// How many times what may be left at the end a step may leave before it is made an exact one instead: the last.
const NEARLY: f64 = 30.0;
/// Products after which a step is taken as it is.
const MAX_PRODUCTS: usize = 200;
/// Share of the promised decrease that a step must keep (Armijo's condition).
const SUFFICIENT: f64 = 1e-4;
/// Halvings after which a step is too short to change anything.
const MAX_TRIALS: usize = 40;

/// A function at a point.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The value.
    pub loss: f64,
    /// The slope by each variable.
    pub gradient: Vec<f64>,
}

/// A function to minimise, which remembers where it was last evaluated.
pub trait Objective {
    /// Value and slope at a point.
    fn evaluate(&mut self, point: &[f64]) -> Evaluation;

    /// The second derivative by each variable where it was last evaluated, over 0; a rough one will do.
    fn curvature(&mut self) -> Vec<f64>;

    /// The product of the matrix of second derivatives, where it was last evaluated, with a direction.
    fn product(&mut self, direction: &[f64]) -> Vec<f64>;
}

/// Where a minimisation ended.
#[derive(Clone, Debug)]
pub struct Minimum {
    /// The point.
    pub point: Vec<f64>,
    /// The value there.
    pub loss: f64,
    /// Whether the function is as low as was asked for.
    pub converged: bool,
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The search ends when what a step leaves is less than this share of the value.
    pub tolerance: f64,
    /// Steps after which the search is given up.
    pub max_iterations: u64,
}

/// Minimises from `point` on; `progress` hears the number of each step and the value after it.
pub fn minimize(
    objective: &mut impl Objective,
    mut point: Vec<f64>,
    limits: Limits,
    progress: &mut dyn FnMut(u64, f64),
) -> Minimum {
    let mut here = objective.evaluate(&point);
    let mut preconditioner = Preconditioner::default();
    for iteration in 1..=limits.max_iterations {
        preconditioner.scale(objective.curvature());
        let allowed = limits.tolerance * here.loss;
        let step = step(objective, &here.gradient, &mut preconditioner, allowed);
        let slope = dot(&step.direction, &here.gradient);
        let Some((next, there)) = search(objective, &point, &here, &step.direction, slope) else {
            // The value cannot be told from its neighbours any more.
            return Minimum {
                point,
                loss: here.loss,
                converged: true,
            };
        };
        // What conjugate gradients left, and what the function's bending otherwise than told did: the share of the promise by
        // which a Newton step is wrong comes in twice.
        let promised = (-0.5 * slope).max(f64::MIN_POSITIVE);
        let left =
            step.residual * promised + (here.loss - there.loss - promised).powi(2) / promised;
        (point, here) = (next, there);
        progress(iteration, here.loss);
        if left <= limits.tolerance * here.loss {
            return Minimum {
                point,
                loss: here.loss,
                converged: true,
            };
        }
    }
    Minimum {
        point,
        loss: here.loss,
        converged: false,
    }
}

/// Where to go.
struct Step {
    direction: Vec<f64>,
    /// The share of the promised decrease that was left when the step was taken as it was.
    residual: f64,
}

/// `-H^-1 g`, about, by preconditioned conjugate gradients; exact enough to leave what is `allowed` when little more than that
/// would be left.
fn step(
    objective: &mut impl Objective,
    gradient: &[f64],
    preconditioner: &mut Preconditioner,
    allowed: f64,
) -> Step {
    let mut direction = vec![0.0; gradient.len()];
    let mut residual: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let mut moved = preconditioner.apply(&residual);
    let mut left = dot(&residual, &moved);
    // A minimum has nothing left to compare with.
    let (first, mut promised) = (left.max(f64::MIN_POSITIVE), 0.0);
    let mut learned = Pairs::default();
    for _ in 0..MAX_PRODUCTS {
        let remains = left / first * promised;
        let is_exact = remains <= allowed;
        if left <= RESIDUAL * RESIDUAL * first && (is_exact || remains > NEARLY * allowed) {
            break;
        }
        let bent = objective.product(&moved);
        let product = dot(&moved, &bent);
        promised += 0.5 * left * left / product;
        add(&mut direction, left / product, &moved);
        add(&mut residual, -left / product, &bent);
        let mut next = preconditioner.apply(&residual);
        let before = std::mem::replace(&mut left, dot(&residual, &next));
        add(&mut next, left / before, &moved);
        learned.push(Pair {
            moved: std::mem::replace(&mut moved, next),
            bent,
            product,
        });
    }
    preconditioner.learn(learned);
    Step {
        direction,
        residual: left / first,
    }
}

/// A step along `direction` that lowers the value enough, from the whole of it down.
fn search(
    objective: &mut impl Objective,
    point: &[f64],
    here: &Evaluation,
    direction: &[f64],
    slope: f64,
) -> Option<(Vec<f64>, Evaluation)> {
    let mut length = 1.0;
    for _ in 0..MAX_TRIALS {
        let next: Vec<f64> = point
            .iter()
            .zip(direction)
            .map(|(at, step)| at + length * step)
            .collect();
        let there = objective.evaluate(&next);
        let risen = there.loss - here.loss;
        if risen <= SUFFICIENT * length * slope {
            return Some((next, there));
        }
        // Where the parabola through value, slope and this trial is lowest.
        let lowest = -0.5 * slope * length * length / (risen - slope * length);
        length = lowest.clamp(0.1 * length, 0.5 * length);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `sum of w_i (x_i - i)^2 / 2 + x_i^4 / 4` with weights from 1 to 10,000, and where it was last evaluated.
    struct Bowl(Vec<f64>);

    impl Bowl {
        fn weight(index: usize) -> f64 {
            [1.0, 100.0, 10_000.0][index % 3]
        }

        fn bends(&self) -> impl Iterator<Item = f64> {
            self.0
                .iter()
                .enumerate()
                .map(|(index, x)| Self::weight(index) + 3.0 * x * x)
        }
    }

    impl Objective for Bowl {
        #[expect(clippy::cast_precision_loss, reason = "a few variables")]
        fn evaluate(&mut self, point: &[f64]) -> Evaluation {
            self.0.copy_from_slice(point);
            let terms = point
                .iter()
                .enumerate()
                .map(|(index, x)| (Self::weight(index), x - index as f64, x));
            Evaluation {
                loss: terms
                    .clone()
                    .map(|(weight, off, x)| weight * off * off / 2.0 + x.powi(4) / 4.0)
                    .sum(),
                gradient: terms
                    .map(|(weight, off, x)| weight * off + x.powi(3))
                    .collect(),
            }
        }

        fn curvature(&mut self) -> Vec<f64> {
            // As rough as may be.
            self.bends().map(f64::sqrt).collect()
        }

        fn product(&mut self, direction: &[f64]) -> Vec<f64> {
            self.bends()
                .zip(direction)
                .map(|(bend, step)| bend * step)
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
            losses.push(loss)
        });
        (minimum, losses)
    }

    #[test]
    fn every_step_goes_down_and_the_end_is_the_minimum() {
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
    fn a_minimum_is_left_at_once() {
        let limits = Limits {
            tolerance: 1e-9,
            max_iterations: 10,
        };
        let mut steps = 0;
        let minimum = minimize(&mut Bowl(vec![0.0]), vec![0.0], limits, &mut |_, _| {
            steps += 1
        });
        assert!(
            minimum.converged && steps == 1,
            "{steps} steps, {minimum:?}"
        );
        assert_eq!(minimum.point, [0.0]);
    }

    #[test]
    fn a_search_that_runs_out_of_steps_says_so() {
        let (minimum, losses) = run(1e-15, 2);
        assert!(!minimum.converged);
        assert_eq!(losses.len(), 2);
    }

    #[test]
    fn a_tolerance_that_cannot_be_reached_ends_where_nothing_gets_lower() {
        assert!(run(0.0, 10_000).0.converged);
    }
}
