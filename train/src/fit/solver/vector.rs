//! Sums and products of vectors of one length.

/// The dot product: four sums side by side, since one waits for each addition.
pub fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (left_fours, right_fours) = (left.as_chunks::<4>(), right.as_chunks::<4>());
    for (left, right) in left_fours.0.iter().zip(right_fours.0) {
        for place in 0..4 {
            sums[place] += left[place] * right[place];
        }
    }
    let rest: f64 = left_fours
        .1
        .iter()
        .zip(right_fours.1)
        .map(|(left, right)| left * right)
        .sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// Adds `factor` × `what` to `to`.
pub fn add(to: &mut [f64], factor: f64, what: &[f64]) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += factor * what;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_products_are_whole() {
        let left: Vec<f64> = (1..=11).map(f64::from).collect();
        assert!((dot(&left, &left) - 506.0).abs() < 1e-12);
    }

    #[test]
    fn multiples_are_added() {
        let mut to = vec![1.0, 2.0, 3.0];
        add(&mut to, 2.0, &[1.0, 0.0, -1.0]);
        assert_eq!(to, [3.0, 2.0, 1.0]);
    }
}
