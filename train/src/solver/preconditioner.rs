//! A matrix that is about the inverse of the second derivatives: a diagonal, bettered by the pairs of earlier steps as
//! L-BFGS does it, in its compact form (Byrd, Nocedal and Schnabel 1994): two passes, whatever the number of pairs.

use std::array::from_fn;
use std::collections::VecDeque;

use super::vector::dot;

/// How many pairs are held: more of them save hardly a product.
const HISTORY: usize = 3;
const WIDTH: usize = 2 * HISTORY;

/// A direction, and what the second derivatives made of it.
pub struct Pair {
    /// The direction.
    pub moved: Vec<f64>,
    /// Its product with the second derivatives.
    pub bent: Vec<f64>,
    /// `moved · bent`, over 0.
    pub product: f64,
}

/// The newest pairs, the oldest first.
#[derive(Default)]
pub struct Pairs(VecDeque<Pair>);

/// The matrix; it has to be given scales before it is applied.
#[derive(Default)]
pub struct Preconditioner {
    pairs: Pairs,
    /// The diagonal, `D`.
    scales: Vec<f64>,
    /// For each variable `moved` of each pair and then `D bent` of each: numbers of half the size, since reading them is what
    /// takes time.
    basis: Vec<[f32; WIDTH]>,
    /// `moved_i · bent_j` for i ≤ j, 1 on the diagonal for a pair that is not there.
    upper: [[f64; HISTORY]; HISTORY],
    /// `bent_i · D bent_j`, with `moved_i · bent_i` added on the diagonal.
    middle: [[f64; HISTORY]; HISTORY],
}

impl Pairs {
    /// Adds the newest pair, for which the oldest may have to go.
    pub fn push(&mut self, pair: Pair) {
        // Rounding alone can make it anything else in a strongly convex function.
        if pair.product > 0.0 {
            if self.0.len() == HISTORY {
                self.0.pop_front();
            }
            self.0.push_back(pair);
        }
    }
}

impl Preconditioner {
    /// Takes the second derivative by each variable, over 0, for the diagonal.
    pub fn scale(&mut self, curvature: Vec<f64>) {
        let pairs = &self.pairs.0;
        self.scales = curvature;
        self.scales.iter_mut().for_each(|value| *value = value.recip());
        // The length of the diagonal is that of the newest pair.
        if let Some(Pair { bent, product, .. }) = pairs.back() {
            let factor = product / bent.iter().zip(&self.scales).map(|(bent, scale)| bent * bent * scale).sum::<f64>();
            self.scales.iter_mut().for_each(|scale| *scale *= factor);
        }
        let scaled =
            pairs.iter().map(|Pair { bent, .. }| bent.iter().zip(&self.scales).map(|(bent, scale)| bent * scale));
        let scaled: Vec<Vec<f64>> = scaled.map(Iterator::collect).collect();
        self.basis.clear();
        self.basis.resize(self.scales.len(), [0.0; WIDTH]);
        (self.upper, self.middle) = (from_fn(|i| from_fn(|j| f64::from(u8::from(i == j)))), Default::default());
        for (i, pair) in pairs.iter().enumerate() {
            for ((basis, &moved), &bent) in self.basis.iter_mut().zip(&pair.moved).zip(&scaled[i]) {
                [basis[i], basis[HISTORY + i]] = [moved, bent].map(single);
            }
            for (j, other) in pairs.iter().enumerate().skip(i) {
                self.upper[i][j] = if i == j { pair.product } else { dot(&pair.moved, &other.bent) };
                let product = dot(&other.bent, &scaled[i]);
                (self.middle[i][j], self.middle[j][i]) = (product, product);
            }
            self.middle[i][i] += pair.product;
        }
    }

    /// Takes pairs that are newer than those that it has.
    pub fn learn(&mut self, pairs: Pairs) {
        for pair in pairs.0 {
            self.pairs.push(pair);
        }
    }

    /// The product of the matrix with a vector.
    pub fn apply(&self, vector: &[f64]) -> Vec<f64> {
        let mut products = [0.0; WIDTH];
        for (basis, value) in self.basis.iter().zip(vector) {
            for (product, basis) in products.iter_mut().zip(basis) {
                *product += f64::from(*basis) * value;
            }
        }
        let shares = self.shares(&products);
        let applied = self.basis.iter().zip(vector).zip(&self.scales).map(|((basis, value), scale)| {
            let corrections = basis.iter().zip(shares).map(|(basis, share)| f64::from(*basis) * share);
            value * scale + corrections.sum::<f64>()
        });
        applied.collect()
    }

    /// How much of each vector of the basis a product gets, from the vector's products with each.
    fn shares(&self, products: &[f64; WIDTH]) -> [f64; WIDTH] {
        let (moved, bent) = products.split_at(HISTORY);
        let mut of_bent = [0.0; HISTORY];
        for i in (0..HISTORY).rev() {
            let known: f64 = (i + 1..HISTORY).map(|j| self.upper[i][j] * of_bent[j]).sum();
            of_bent[i] = (moved[i] - known) / self.upper[i][i];
        }
        let mut of_moved = [0.0; HISTORY];
        for i in 0..HISTORY {
            let target: f64 = (0..HISTORY).map(|j| self.middle[i][j] * of_bent[j]).sum::<f64>() - bent[i];
            let known: f64 = (0..i).map(|j| self.upper[j][i] * of_moved[j]).sum();
            of_moved[i] = (target - known) / self.upper[i][i];
        }
        from_fn(|place| if place < HISTORY { of_moved[place] } else { -of_bent[place - HISTORY] })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a rough number will do")]
const fn single(number: f64) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learned_is_inverted() {
        // Of the matrix [[3, 1], [1, 2]].
        let learned = |moved: [f64; 2]| {
            let bent = [3.0 * moved[0] + moved[1], moved[0] + 2.0 * moved[1]];
            Pair { moved: moved.to_vec(), bent: bent.to_vec(), product: dot(&moved, &bent) }
        };
        let mut preconditioner = Preconditioner::default();
        preconditioner.scale(vec![3.0, 2.0]);
        assert_eq!(preconditioner.apply(&[3.0, 2.0]), [1.0, 1.0]);
        // The last two are conjugate to each other.
        let mut pairs = Pairs::default();
        for moved in [[0.5, 0.25], [1.0, 0.0], [-1.0, 3.0]] {
            pairs.push(learned(moved));
        }
        preconditioner.learn(pairs);
        preconditioner.scale(vec![3.0, 2.0]);
        let applied = preconditioner.apply(&[5.0, 5.0]);
        assert!((applied[0] - 1.0).abs() < 1e-6 && (applied[1] - 2.0).abs() < 1e-6, "{applied:?}");
    }

    #[test]
    fn it_is_symmetric_and_positive_with_pairs_of_different_matrices() {
        let mut preconditioner = Preconditioner::default();
        let mut pairs = Pairs::default();
        for (moved, bent) in [([1.0, 0.5, -1.0], [2.0, 1.0, -3.0]), ([0.0, 1.0, 0.5], [1.0, 4.0, 1.0])] {
            pairs.push(Pair { product: dot(&moved, &bent), moved: moved.to_vec(), bent: bent.to_vec() });
        }
        preconditioner.learn(pairs);
        preconditioner.scale(vec![2.0, 3.0, 4.0]);
        let unit = |place| from_fn::<f64, 3, _>(|other| f64::from(u8::from(other == place)));
        let columns: [Vec<f64>; 3] = from_fn(|place| preconditioner.apply(&unit(place)));
        for (i, column) in columns.iter().enumerate() {
            assert!(column[i] > 0.0, "{columns:?}");
            assert!((0..3).all(|j| (column[j] - columns[j][i]).abs() < 1e-12), "{columns:?}");
        }
        // It takes what the newest pair was bent to back to where it was moved.
        let applied = preconditioner.apply(&[1.0, 4.0, 1.0]);
        assert!(applied.iter().zip([0.0, 1.0, 0.5]).all(|(got, want)| (got - want).abs() < 1e-6), "{applied:?}");
    }
}
