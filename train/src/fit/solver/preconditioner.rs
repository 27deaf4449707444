//! A matrix that is about the inverse of the second derivatives: a diagonal, bettered by the pairs of earlier steps as
//! L-BFGS does it (Liu and Nocedal 1989).

use std::collections::VecDeque;

use super::vector::{add, dot};

/// How many pairs are held: more of them save hardly a product.
const HISTORY: usize = 3;

/// A direction, and what the second derivatives made of it.
pub struct Pair {
    /// The direction.
    pub moved: Vec<f64>,
    /// Its product with the second derivatives.
    pub bent: Vec<f64>,
    /// `moved · bent`, over 0.
    pub product: f64,
}

/// The newest pairs, the newest first.
#[derive(Default)]
pub struct Pairs(VecDeque<Pair>);

/// The matrix; it has to be given scales before it is applied.
#[derive(Default)]
pub struct Preconditioner {
    scales: Vec<f64>,
    pairs: Pairs,
}

impl Pairs {
    /// Adds the newest pair, for which the oldest may have to go.
    pub fn push(&mut self, pair: Pair) {
        // Rounding alone can make it anything else in a strongly convex function.
        if pair.product > 0.0 {
            self.0.truncate(HISTORY - 1);
            self.0.push_front(pair);
        }
    }
}

impl Preconditioner {
    /// Takes the second derivative by each variable, over 0, for the diagonal.
    pub fn scale(&mut self, mut curvature: Vec<f64>) {
        for value in &mut curvature {
            *value = 1.0 / *value;
        }
        self.scales = curvature;
        // The length of the diagonal is that of the newest pair.
        let Some(Pair { bent, product, .. }) = self.pairs.0.front() else {
            return;
        };
        let factor = product
            / bent
                .iter()
                .zip(&self.scales)
                .map(|(bent, scale)| bent * bent * scale)
                .sum::<f64>();
        for scale in &mut self.scales {
            *scale *= factor;
        }
    }

    /// Takes pairs that are newer than those that it has.
    pub fn learn(&mut self, pairs: Pairs) {
        for pair in pairs.0.into_iter().rev() {
            self.pairs.push(pair);
        }
    }

    /// The product of the matrix with a vector, by the two loops of L-BFGS.
    pub fn apply(&self, vector: &[f64]) -> Vec<f64> {
        let mut applied = vector.to_vec();
        let mut shares = Vec::with_capacity(self.pairs.0.len());
        for pair in &self.pairs.0 {
            let share = dot(&pair.moved, &applied) / pair.product;
            add(&mut applied, -share, &pair.bent);
            shares.push(share);
        }
        for (value, scale) in applied.iter_mut().zip(&self.scales) {
            *value *= scale;
        }
        for (pair, share) in self.pairs.0.iter().rev().zip(shares.into_iter().rev()) {
            let correction = share - dot(&pair.bent, &applied) / pair.product;
            add(&mut applied, correction, &pair.moved);
        }
        applied
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learned_is_inverted() {
        // Of the matrix [[3, 1], [1, 2]].
        let learned = |moved: [f64; 2]| {
            let bent = [3.0 * moved[0] + moved[1], moved[0] + 2.0 * moved[1]];
            Pair {
                moved: moved.to_vec(),
                bent: bent.to_vec(),
                product: dot(&moved, &bent),
            }
        };
        let mut preconditioner = Preconditioner::default();
        preconditioner.scale(vec![3.0, 2.0]);
        assert_eq!(preconditioner.apply(&[3.0, 2.0]), [1.0, 1.0]);
        // Conjugate to each other.
        let mut pairs = Pairs::default();
        for moved in [[1.0, 0.0], [-1.0, 3.0]] {
            pairs.push(learned(moved));
        }
        preconditioner.learn(pairs);
        preconditioner.scale(vec![3.0, 2.0]);
        let applied = preconditioner.apply(&[5.0, 5.0]);
        assert!(
            (applied[0] - 1.0).abs() < 1e-12 && (applied[1] - 2.0).abs() < 1e-12,
            "{applied:?}"
        );
    }

    #[test]
    fn it_is_symmetric_and_positive_with_pairs_of_different_matrices() {
        let mut preconditioner = Preconditioner::default();
        let mut pairs = Pairs::default();
        for (moved, bent) in [
            ([1.0, 0.5, -1.0], [2.0, 1.0, -3.0]),
            ([0.0, 1.0, 0.5], [1.0, 4.0, 1.0]),
        ] {
            pairs.push(Pair {
                product: dot(&moved, &bent),
                moved: moved.to_vec(),
                bent: bent.to_vec(),
            });
        }
        preconditioner.learn(pairs);
        preconditioner.scale(vec![2.0, 3.0, 4.0]);
        let unit =
            |place| std::array::from_fn::<f64, 3, _>(|other| f64::from(u8::from(other == place)));
        let columns: [Vec<f64>; 3] =
            std::array::from_fn(|place| preconditioner.apply(&unit(place)));
        for (i, column) in columns.iter().enumerate() {
            assert!(column[i] > 0.0, "{columns:?}");
            assert!(
                (0..3).all(|j| (column[j] - columns[j][i]).abs() < 1e-12),
                "{columns:?}"
            );
        }
        // It takes what the newest pair was bent to back to where it was moved.
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
