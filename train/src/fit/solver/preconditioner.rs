//! Preconditioner of the conjugate gradients: an approximate inverse of the Hessian by the
//! limited-memory BFGS update (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.4).

use std::collections::VecDeque;

use super::kernel::{add_scaled, dot};

/// Pairs that are held; more of them save hardly a Hessian-vector product.
const HISTORY: usize = 3;

/// A direction with its Hessian-vector product, in the names of the L-BFGS literature.
pub(super) struct Pair {
    /// The direction.
    pub(super) s: Vec<f64>,
    /// Hessian-vector product `H s`.
    pub(super) y: Vec<f64>,
    /// Dot product `s' y`, over 0.
    pub(super) s_dot_y: f64,
}

/// The most recent pairs, most recent first.
#[derive(Default)]
pub(super) struct Pairs(VecDeque<Pair>);

/// The approximate inverse; [`set_diagonal`](Self::set_diagonal) comes before the first
/// [`apply`](Self::apply).
#[derive(Default)]
pub(super) struct Preconditioner {
    inverse_diagonal: Vec<f64>,
    pairs: Pairs,
}

impl Pairs {
    /// Adds the most recent pair and drops the oldest one beyond [`HISTORY`].
    pub(super) fn push(&mut self, pair: Pair) {
        // Of a strongly convex function only rounding makes a product that is not positive.
        if pair.s_dot_y > 0.0 {
            self.0.truncate(HISTORY - 1);
            self.0.push_front(pair);
        }
    }
}

impl Preconditioner {
    /// Takes the diagonal of the Hessian, each entry over 0, and scales its inverse to the most
    /// recent pair.
    ///
    /// The scale `s' y / y' D^-1 y` is that of Nocedal and Wright, equation 7.20, for a diagonal
    /// `D`.
    pub(super) fn set_diagonal(&mut self, hessian_diagonal: Vec<f64>) {
        let mut inverse = hessian_diagonal;
        for value in &mut inverse {
            *value = 1.0 / *value;
        }
        self.inverse_diagonal = inverse;

        let Some(Pair { y, s_dot_y, .. }) = self.pairs.0.front() else {
            return;
        };
        let y_inverse_y: f64 = y
            .iter()
            .zip(&self.inverse_diagonal)
            .map(|(y, inverse)| y * y * inverse)
            .sum();
        let scale = s_dot_y / y_inverse_y;
        for value in &mut self.inverse_diagonal {
            *value *= scale;
        }
    }

    /// Adds more recent pairs.
    pub(super) fn extend(&mut self, pairs: Pairs) {
        for pair in pairs.0.into_iter().rev() {
            self.pairs.push(pair);
        }
    }

    /// Multiplies the approximate inverse with a vector by the two-loop recursion.
    pub(super) fn apply(&self, vector: &[f64]) -> Vec<f64> {
        let mut result = vector.to_vec();
        let mut alphas = Vec::with_capacity(self.pairs.0.len());
        for pair in &self.pairs.0 {
            let alpha = dot(&pair.s, &result) / pair.s_dot_y;
            add_scaled(&mut result, -alpha, &pair.y);
            alphas.push(alpha);
        }

        for (value, inverse) in result.iter_mut().zip(&self.inverse_diagonal) {
            *value *= inverse;
        }

        for (pair, alpha) in self.pairs.0.iter().rev().zip(alphas.into_iter().rev()) {
            let beta = dot(&pair.y, &result) / pair.s_dot_y;
            add_scaled(&mut result, alpha - beta, &pair.s);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_a_matrix_are_inverted() {
        // Pairs of the matrix [[3, 1], [1, 2]].
        let pair = |s: [f64; 2]| {
            let y = [3.0 * s[0] + s[1], s[0] + 2.0 * s[1]];
            Pair {
                s: s.to_vec(),
                y: y.to_vec(),
                s_dot_y: dot(&s, &y),
            }
        };
        let mut preconditioner = Preconditioner::default();
        preconditioner.set_diagonal(vec![3.0, 2.0]);

        assert_eq!(preconditioner.apply(&[3.0, 2.0]), [1.0, 1.0]);
        // The two directions are conjugate to each other.
        let mut pairs = Pairs::default();
        for s in [[1.0, 0.0], [-1.0, 3.0]] {
            pairs.push(pair(s));
        }
        preconditioner.extend(pairs);
        preconditioner.set_diagonal(vec![3.0, 2.0]);
        let applied = preconditioner.apply(&[5.0, 5.0]);
        assert!(
            (applied[0] - 1.0).abs() < 1e-12 && (applied[1] - 2.0).abs() < 1e-12,
            "{applied:?}"
        );
    }

    #[test]
    fn the_preconditioner_is_symmetric_and_positive_with_pairs_of_different_matrices() {
        let mut preconditioner = Preconditioner::default();
        let mut pairs = Pairs::default();

        for (s, y) in [
            ([1.0, 0.5, -1.0], [2.0, 1.0, -3.0]),
            ([0.0, 1.0, 0.5], [1.0, 4.0, 1.0]),
        ] {
            pairs.push(Pair {
                s_dot_y: dot(&s, &y),
                s: s.to_vec(),
                y: y.to_vec(),
            });
        }
        preconditioner.extend(pairs);
        preconditioner.set_diagonal(vec![2.0, 3.0, 4.0]);
        let unit =
            |index| std::array::from_fn::<f64, 3, _>(|other| f64::from(u8::from(other == index)));
        let columns: [Vec<f64>; 3] =
            std::array::from_fn(|index| preconditioner.apply(&unit(index)));
        for (i, column) in columns.iter().enumerate() {
            assert!(column[i] > 0.0, "{columns:?}");
            assert!(
                (0..3).all(|j| (column[j] - columns[j][i]).abs() < 1e-12),
                "{columns:?}"
            );
        }
        // The secant equation: the most recent y is mapped to its s.
        let applied = preconditioner.apply(&[1.0, 4.0, 1.0]);
        assert!(
            applied
                .iter()
                .zip([0.0, 1.0, 0.5])
                .all(|(got, want)| (got - want).abs() < 1e-12),
            "{applied:?}"
        );
    }
}
