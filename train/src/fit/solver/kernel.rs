//! Hand-optimised inner loops of the solver, and the simple versions that the tests compare them
//! with.
//!
//! Sums run in four lanes, since each addition waits for the one before it. The order of additions
//! is fixed, so that results do not depend on the number of threads.

use std::ops::Range;

use crate::fit::fast_repeats::RepeatsRow;
use crate::fit::rows::{BLOCK_COLUMNS, RowChunk};

/// Rows whose entries are processed together: few enough for the processor's first-level cache.
pub(super) const BLOCK_ROWS: usize = 128;

/// Lanes of a sum.
pub(super) const LANES: usize = 4;

/// The dot product of two vectors of one length.
pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (left_fours, left_rest) = left.as_chunks::<LANES>();
    let (right_fours, right_rest) = right.as_chunks::<LANES>();
    for (left, right) in left_fours.iter().zip(right_fours) {
        for lane in 0..LANES {
            lanes[lane] += left[lane] * right[lane];
        }
    }

    let rest: f64 = left_rest
        .iter()
        .zip(right_rest)
        .map(|(left, right)| left * right)
        .sum();
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

/// Adds `factor` × `values` to `target`, vectors of one length.
pub(super) fn add_scaled(target: &mut [f64], factor: f64, values: &[f64]) {
    for (target, value) in target.iter_mut().zip(values) {
        *target += factor * value;
    }
}

/// Sums `values`, by rank, over the entries of each row, times the factor of the entry's kind of
/// terms: a product of matrix and vector.
///
/// `values` has whole column blocks; the result has zeros behind the last row.
pub(super) fn row_sums(values: &[f64], chunk: &RowChunk, rows: &Range<usize>) -> [f64; BLOCK_ROWS] {
    let mut sums = [0.0; BLOCK_ROWS];
    let (windows, _) = values.as_chunks::<BLOCK_COLUMNS>();
    let mut windows = windows.iter();
    for part in chunk.parts() {
        let mut part_sums = [0.0; BLOCK_ROWS];
        for (block, window) in part.column_blocks().iter().zip(&mut windows) {
            add_block_sums(&mut part_sums, block.rows(rows.clone()), window);
        }

        let factors = &part.inverse_norms()[rows.clone()];
        for ((sum, part_sum), factor) in sums.iter_mut().zip(part_sums).zip(factors) {
            *sum += part_sum * factor;
        }
    }
    sums
}

fn add_block_sums<'a>(
    sums: &mut [f64; BLOCK_ROWS],
    rows: impl Iterator<Item = &'a [u16]>,
    window: &[f64; BLOCK_COLUMNS],
) {
    for (ranks, row_sum) in rows.zip(sums) {
        let mut lanes = [0.0; 4];
        let (fours, rest) = ranks.as_chunks::<4>();
        for four in fours {
            for lane in 0..4 {
                lanes[lane] += window[usize::from(four[lane])];
            }
        }

        let rest: f64 = rest.iter().map(|&rank| window[usize::from(rank)]).sum();
        *row_sum += (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest;
    }
}

/// Adds the value of each row, times a power of the factor of the entry's kind of terms, to the
/// columns of its entries, by rank: a product of transposed matrix and vector.
pub(super) fn add_to_columns(
    column_sums: &mut [f64],
    chunk: &RowChunk,
    rows: &Range<usize>,
    row_values: &[f64; BLOCK_ROWS],
    power: Power,
) {
    let (windows, _) = column_sums.as_chunks_mut::<BLOCK_COLUMNS>();
    let mut windows = windows.iter_mut();
    for part in chunk.parts() {
        let mut values = *row_values;
        for (value, factor) in values.iter_mut().zip(&part.inverse_norms()[rows.clone()]) {
            *value *= factor;
            if power == Power::Two {
                *value *= factor;
            }
        }

        for (block, window) in part.column_blocks().iter().zip(&mut windows) {
            match block.repeats() {
                Some(repeats) => add_repeats(window, repeats.rows(rows.clone()), &values),
                None => add_entries(window, block.rows(rows.clone()), &values),
            }
        }
    }
}

/// Adds the value of each row to the columns of its entries.
fn add_entries<'a>(
    window: &mut [f64; BLOCK_COLUMNS],
    rows: impl Iterator<Item = &'a [u16]>,
    values: &[f64; BLOCK_ROWS],
) {
    for (ranks, row_value) in rows.zip(values) {
        let (fours, rest) = ranks.as_chunks::<4>();
        for four in fours {
            for &rank in four {
                window[usize::from(rank)] += row_value;
            }
        }
        for &rank in rest {
            window[usize::from(rank)] += row_value;
        }
    }
}

/// Adds as [`add_entries`] does, to the bit: the additions to one column are the same.
fn add_repeats<'a>(
    window: &mut [f64; BLOCK_COLUMNS],
    rows: impl Iterator<Item = RepeatsRow<'a>>,
    values: &[f64; BLOCK_ROWS],
) {
    for (row, row_value) in rows.zip(values) {
        for &rank in row.single {
            window[usize::from(rank)] += row_value;
        }
        for &(rank, count) in row.repeated {
            let mut sum = window[usize::from(rank)];
            for _ in 0..count {
                sum += row_value;
            }
            window[usize::from(rank)] = sum;
        }
    }
}

/// Power of the factor 1 / norm of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Power {
    /// The factor itself, for first derivatives.
    One,
    /// Its square, for second derivatives.
    Two,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fit::fast_repeats::Repeats;

    const COLUMNS: u32 = 9;

    fn chunk(rows: &[Vec<u32>]) -> RowChunk {
        let mut chunk = RowChunk::new(COLUMNS as usize);
        for ranks in rows {
            let mut ranks = ranks.clone();
            ranks.sort_unstable();
            chunk.push(&ranks, &[1.0; COLUMNS as usize]);
        }
        chunk
    }

    fn whole_block(values: impl Iterator<Item = f64>) -> Vec<f64> {
        let mut block: Vec<f64> = values.collect();
        block.resize(BLOCK_COLUMNS, 0.0);
        block
    }

    proptest! {
        #[test]
        fn kernels_agree_with_plain_loops(
            rows in prop::collection::vec(prop::collection::vec(0..COLUMNS, 0..14), 1..20),
            start in 0_usize..20,
        ) {
            let chunk = chunk(&rows);
            let range = start.min(rows.len() - 1)..rows.len();
            let values = whole_block((1..=COLUMNS).map(|rank| 1.0 / f64::from(rank)));

            let sums = row_sums(&values, &chunk, &range);
            let factors = chunk.parts()[0].inverse_norms()[range.clone()].to_vec();
            for ((row, sum), factor) in rows[range.clone()].iter().zip(sums).zip(&factors) {
                let plain: f64 = row.iter().map(|&rank| values[rank as usize] * factor).sum();
                prop_assert!((sum - plain).abs() < 1e-12, "{row:?}: {sum}, {plain}");
            }

            let mut plain = whole_block(std::iter::empty());
            for ((row, sum), factor) in rows[range.clone()].iter().zip(sums).zip(&factors) {
                for &rank in row {
                    plain[rank as usize] += sum * factor;
                }
            }
            let mut column_sums = whole_block(std::iter::empty());
            add_to_columns(&mut column_sums, &chunk, &range, &sums, Power::One);
            for (sum, plain) in column_sums.iter().zip(&plain) {
                prop_assert!((sum - plain).abs() < 1e-12, "{sum}, {plain}");
            }
        }

        #[test]
        fn repeats_are_added_as_entries_are(
            rows in prop::collection::vec(prop::collection::vec(0..3_u16, 3..14), 1..20),
        ) {
            let mut rows = rows;
            for row in &mut rows {
                row.sort_unstable();
            }
            let values = std::array::from_fn(|row| f64::from(u32::try_from(row).unwrap() + 3).recip());
            let repeats = Repeats::new(rows.iter().map(Vec::as_slice), usize::MAX / 4).unwrap();

            let [mut plain, mut fast] = [(); 2].map(|()| vec![0.1; BLOCK_COLUMNS]);
            add_entries((&mut plain[..]).try_into().unwrap(), rows.iter().map(Vec::as_slice), &values);
            add_repeats((&mut fast[..]).try_into().unwrap(), repeats.rows(0..rows.len()), &values);
            for (plain, fast) in plain.iter().zip(&fast) {
                prop_assert_eq!(plain.to_bits(), fast.to_bits());
            }
        }

        #[test]
        fn dot_agrees_with_a_plain_sum(values in prop::collection::vec(-10.0_f64..10.0, 0..20)) {
            let plain: f64 = values.iter().map(|value| value * value).sum();
            prop_assert!((dot(&values, &values) - plain).abs() < 1e-9);
        }
    }

    #[test]
    fn dot_includes_the_rest_behind_the_last_four() {
        let left: Vec<f64> = (1..=11).map(f64::from).collect();
        assert!((dot(&left, &left) - 506.0).abs() < 1e-12);
    }

    #[test]
    fn scaled_vectors_are_added() {
        let mut target = vec![1.0, 2.0, 3.0];
        add_scaled(&mut target, 2.0, &[1.0, 0.0, -1.0]);
        assert_eq!(target, [3.0, 2.0, 1.0]);
    }
}
