//! L-BFGS for smooth, strongly convex functions (Liu and Nocedal 1989), with a diagonal that scales the variables.

use std::collections::VecDeque;

/// How many past steps the curvature is estimated from.
const HISTORY: usize = 10;
/// Share of the promised decrease that a step must keep (Armijo's condition).
const SUFFICIENT: f64 = 1e-4;
/// Halvings after which a step is too short to change anything.
const MOST_TRIALS: usize = 40;

/// A function at a point.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The value.
    pub loss: f64,
    /// The slope by each variable.
    pub gradient: Vec<f64>,
}

/// A function to minimise.
pub trait Objective {
    /// Value and gradient at a point.
    fn evaluate(&self, point: &[f64]) -> Evaluation;

    /// The second derivative by each variable at a point, over 0; a rough one will do.
    fn curvature(&self, point: &[f64]) -> Vec<f64>;
}

/// Where a minimisation ended.
#[derive(Clone, Debug)]
pub struct Minimum {
    /// The point.
    pub point: Vec<f64>,
    /// Whether the function is as low as was asked for.
    pub converged: bool,
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The search ends when the next step promises to lower the value by less than this share of it.
    pub tolerance: f64,
    /// Steps after which the search is given up.
    pub max_iterations: u64,
}

/// A step that was taken, and how the gradient changed along it.
struct Step {
    moved: Vec<f64>,
    bent: Vec<f64>,
    /// `moved · bent`, over 0.
    product: f64,
}

/// Minimises from `point` on; `progress` hears the number of each step and the value after it.
pub fn minimize(
    objective: &impl Objective,
    mut point: Vec<f64>,
    limits: Limits,
    progress: &mut dyn FnMut(u64, f64),
) -> Minimum {
    let mut here = objective.evaluate(&point);
    let mut scales = inverse(objective.curvature(&point));
    let mut steps: VecDeque<Step> = VecDeque::with_capacity(HISTORY);
    let mut iterations = 0;
    loop {
        let direction = direction(&steps, &scales, &here.gradient);
        let slope = dot(&direction, &here.gradient);
        let is_low = -0.5 * slope <= limits.tolerance * here.loss;
        if is_low || iterations == limits.max_iterations {
            return Minimum { point, converged: is_low };
        }
        let Some((next, there)) = search(objective, &point, &here, &direction, slope) else {
            // The value cannot be told from its neighbours any more.
            return Minimum { point, converged: true };
        };
        remember(&mut steps, difference(&next, &point), difference(&there.gradient, &here.gradient));
        (point, here) = (next, there);
        iterations += 1;
        progress(iterations, here.loss);
        // Far from the start the scales are others; a look now and then costs less than the steps that it saves.
        if iterations.is_power_of_two() && iterations >= 4 {
            scales = inverse(objective.curvature(&point));
        }
    }
}

/// A step along `direction` that lowers the value enough, from the whole of it down.
fn search(
    objective: &impl Objective,
    point: &[f64],
    here: &Evaluation,
    direction: &[f64],
    slope: f64,
) -> Option<(Vec<f64>, Evaluation)> {
    let mut length = 1.0;
    for _ in 0..MOST_TRIALS {
        let next: Vec<f64> = point.iter().zip(direction).map(|(at, step)| at + length * step).collect();
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

/// `-H g` by the two loops of L-BFGS, where H begins as the scales times the last step's curvature.
fn direction(steps: &VecDeque<Step>, scales: &[f64], gradient: &[f64]) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let mut shares = Vec::with_capacity(steps.len());
    for step in steps.iter().rev() {
        let share = dot(&step.moved, &direction) / step.product;
        add(&mut direction, -share, &step.bent);
        shares.push(share);
    }
    let factor = steps.back().map_or(1.0, |step| {
        step.product / step.bent.iter().zip(scales).map(|(bent, scale)| bent * bent * scale).sum::<f64>()
    });
    for (value, scale) in direction.iter_mut().zip(scales) {
        *value *= factor * scale;
    }
    for (step, share) in steps.iter().zip(shares.into_iter().rev()) {
        let correction = share - dot(&step.bent, &direction) / step.product;
        add(&mut direction, correction, &step.moved);
    }
    direction
}

fn remember(steps: &mut VecDeque<Step>, moved: Vec<f64>, bent: Vec<f64>) {
    let product = dot(&moved, &bent);
    // Rounding alone can make it anything else in a strongly convex function.
    if product > 0.0 {
        if steps.len() == HISTORY {
            steps.pop_front();
        }
        steps.push_back(Step { moved, bent, product });
    }
}

/// Four sums side by side, since one waits for each addition.
fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (left_fours, right_fours) = (left.as_chunks::<4>(), right.as_chunks::<4>());
    for (left, right) in left_fours.0.iter().zip(right_fours.0) {
        for place in 0..4 {
            sums[place] += left[place] * right[place];
        }
    }
    let rest: f64 = left_fours.1.iter().zip(right_fours.1).map(|(left, right)| left * right).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

fn add(to: &mut [f64], factor: f64, what: &[f64]) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += factor * what;
    }
}

fn difference(left: &[f64], right: &[f64]) -> Vec<f64> {
    left.iter().zip(right).map(|(left, right)| left - right).collect()
}

fn inverse(mut values: Vec<f64>) -> Vec<f64> {
    for value in &mut values {
        *value = 1.0 / *value;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `sum of w_i (x_i - i)^2 / 2 + x_i^4 / 4` with weights from 1 to 10,000.
    struct Bowl(usize);

    impl Bowl {
        fn weight(index: usize) -> f64 {
            [1.0, 100.0, 10_000.0][index % 3]
        }
    }

    impl Objective for Bowl {
        #[expect(clippy::cast_precision_loss, reason = "a few variables")]
        fn evaluate(&self, point: &[f64]) -> Evaluation {
            assert_eq!(point.len(), self.0);
            let terms = point.iter().enumerate().map(|(index, x)| (Self::weight(index), x - index as f64, x));
            Evaluation {
                loss: terms.clone().map(|(weight, off, x)| weight * off * off / 2.0 + x.powi(4) / 4.0).sum(),
                gradient: terms.map(|(weight, off, x)| weight * off + x.powi(3)).collect(),
            }
        }

        fn curvature(&self, point: &[f64]) -> Vec<f64> {
            point.iter().enumerate().map(|(index, x)| Self::weight(index) + 3.0 * x * x).collect()
        }
    }

    fn run(tolerance: f64, max_iterations: u64) -> (Minimum, Vec<f64>) {
        let mut losses = Vec::new();
        let limits = Limits { tolerance, max_iterations };
        let minimum = minimize(&Bowl(9), vec![0.0; 9], limits, &mut |_, loss| losses.push(loss));
        (minimum, losses)
    }

    #[test]
    fn every_step_goes_down_and_the_end_is_the_minimum() {
        let (minimum, losses) = run(1e-15, 200);
        assert!(minimum.converged && losses.len() < 60, "{losses:?}");
        assert!(losses.is_sorted_by(|before, after| before > after), "{losses:?}");
        let gradient = Bowl(9).evaluate(&minimum.point).gradient;
        assert!(gradient.iter().all(|slope| slope.abs() < 1e-3), "{gradient:?}");
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

    #[test]
    fn dot_products_are_whole() {
        let left: Vec<f64> = (1..=11).map(f64::from).collect();
        assert!((dot(&left, &left) - 506.0).abs() < 1e-12);
    }
}
