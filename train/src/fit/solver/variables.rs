//! Variables of the solver: the ranks that terms have, without the gap between two kinds of terms.

use std::ops::Range;

use super::kernel::LANES;
use crate::fit::rows::NO_COLUMN;

/// Ranks with columns, which are the variables beside the intercept.
pub(super) struct Variables {
    /// Ascending ranges of ranks. Each begins at a multiple of [`LANES`] and has a multiple of
    /// them, so that sums in lanes are, to the bit, those over all ranks.
    ranks: Vec<Range<usize>>,
}

impl Variables {
    /// Finds the variables by the column of each rank.
    pub(super) fn new(columns: &[u32]) -> Self {
        let mut ranks = Vec::<Range<usize>>::new();
        for (index, lanes) in columns.chunks(LANES).enumerate() {
            if lanes.iter().all(|&column| column == NO_COLUMN) {
                continue;
            }

            let (start, end) = (index * LANES, index * LANES + lanes.len());
            match ranks.last_mut() {
                Some(last) if last.end == start => last.end = end,
                _ => ranks.push(start..end),
            }
        }
        Self { ranks }
    }

    /// Number of the variables.
    pub(super) fn len(&self) -> usize {
        self.ranks.iter().map(ExactSizeIterator::len).sum()
    }

    /// Their ranks.
    pub(super) fn ranks(&self) -> &[Range<usize>] {
        &self.ranks
    }

    /// Values by rank at the variables.
    pub(super) fn select<'v, T>(&self, by_rank: &'v [T]) -> impl Iterator<Item = &'v T> {
        let values = |ranks: &Range<usize>| &by_rank[ranks.clone()];
        self.ranks.iter().flat_map(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_between_two_kinds_of_terms_has_no_variables() {
        let mut columns: Vec<u32> = (0..6).collect();
        columns.resize(100, NO_COLUMN);
        columns.extend(6..13);
        let variables = Variables::new(&columns);

        assert_eq!(variables.ranks(), [0..8, 100..107]);
        assert_eq!(variables.len(), 15);
        let selected: Vec<u32> = variables.select(&columns).copied().collect();
        let mut want: Vec<u32> = (0..6).collect();
        want.extend([NO_COLUMN; 2]);
        want.extend(6..13);
        assert_eq!(selected, want);
    }

    #[test]
    fn ranks_without_a_gap_are_all_variables() {
        let columns: Vec<u32> = (0..7).collect();
        let whole = 0..7;
        assert_eq!(
            Variables::new(&columns).ranks(),
            std::slice::from_ref(&whole)
        );
        assert_eq!(Variables::new(&[]).len(), 0);
    }
}
