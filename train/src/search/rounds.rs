//! Sizes of the rounds: few rows for many candidates, all rows for the last ones.

use relevance_data::Dataset;

/// Factor of the rows from one round to the next, and of the candidates that are left out.
pub(super) const FACTOR: u32 = 3;
/// Fewest rows of a sample.
const MIN_ROWS: usize = 1000;
/// Fewest rows of a label in a sample.
const MIN_LABEL_ROWS: usize = 60;

/// Returns the divisors of the rows, a power of [`FACTOR`] for each round, the last one 1.
pub(super) fn divisors(dataset: &Dataset, folds: &[Vec<u32>]) -> Vec<u32> {
    let rows = || folds.iter().flatten();
    let relevant = rows().filter(|&&row| dataset.is_relevant(row)).count();
    let rarest = relevant.min(rows().count() - relevant);

    let is_enough = |&divisor: &u32| {
        let divisor = divisor as usize;
        rows().count() / divisor >= MIN_ROWS && rarest / divisor >= MIN_LABEL_ROWS
    };
    let powers = std::iter::successors(Some(FACTOR), |divisor| divisor.checked_mul(FACTOR));
    let mut divisors: Vec<u32> = powers.take_while(is_enough).collect();
    divisors.reverse();
    divisors.push(1);
    divisors
}
