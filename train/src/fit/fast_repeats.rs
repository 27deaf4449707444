//! Fast form of the rows of long texts: their ranks by the number of occurrences.
//!
//! A long text has the same n-grams many times. Adding to the column of each occurrence waits for
//! the addition before it; of an n-gram with its number of occurrences, only the first one reads
//! memory and only the last one writes it. Rows keep the plain form too, since a sum over the
//! entries depends on their order, which additions to different columns do not.

use std::ops::Range;

/// Fewest entries for each two distinct ones, so that the second form saves more than it costs.
const MIN_ENTRIES_PER_TWO: usize = 3;

/// Rows by the number of occurrences of each rank.
#[derive(Clone, Debug)]
pub(crate) struct Repeats {
    /// Ranks with one occurrence, row after row.
    single: Vec<u16>,
    /// Other ranks with their numbers of occurrences, row after row; in a row the lowest numbers
    /// first, which makes the length of loops over them predictable.
    repeated: Vec<(u16, u16)>,
    /// Offsets of each row in both: `[rows + 1]`.
    offsets: Vec<(usize, usize)>,
}

/// A row by the number of occurrences of each rank.
#[derive(Clone, Copy)]
pub(crate) struct RepeatsRow<'a> {
    /// Ranks with one occurrence.
    pub(crate) single: &'a [u16],
    /// Other ranks with their numbers of occurrences; a very high number stands in several parts.
    pub(crate) repeated: &'a [(u16, u16)],
}

impl Repeats {
    /// Takes rows of ascending ranks, with `entries` of them in all; `None` where few ranks are
    /// repeated.
    pub(crate) fn new<'a>(
        rows: impl Iterator<Item = &'a [u16]> + Clone,
        entries: usize,
    ) -> Option<Self> {
        let runs = |row: &'a [u16]| row.chunk_by(|left, right| left == right);
        let distinct: usize = rows.clone().map(|row| runs(row).count()).sum();
        if entries * 2 < distinct * MIN_ENTRIES_PER_TWO || distinct == 0 {
            return None;
        }

        let mut repeats = Self {
            single: Vec::new(),
            repeated: Vec::new(),
            offsets: vec![(0, 0)],
        };
        for row in rows {
            let first = repeats.repeated.len();
            for run in runs(row) {
                repeats.push(run);
            }
            repeats.repeated[first..].sort_unstable_by_key(|&(_, count)| count);

            let ends = (repeats.single.len(), repeats.repeated.len());
            repeats.offsets.push(ends);
        }
        Some(repeats)
    }

    /// Adds the occurrences of one rank.
    fn push(&mut self, run: &[u16]) {
        for part in run.chunks(usize::from(u16::MAX)) {
            match u16::try_from(part.len()) {
                Ok(count) if count > 1 => self.repeated.push((part[0], count)),
                _ => self.single.push(part[0]),
            }
        }
    }

    /// Rows with these indexes.
    pub(crate) fn rows(&self, indexes: Range<usize>) -> impl Iterator<Item = RepeatsRow<'_>> {
        let row = |&[start, end]: &[(usize, usize); 2]| RepeatsRow {
            single: &self.single[start.0..end.0],
            repeated: &self.repeated[start.1..end.1],
        };
        self.offsets[indexes.start..=indexes.end]
            .array_windows()
            .map(row)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_have_the_same_entries_in_both_forms(
            rows in prop::collection::vec(prop::collection::vec(0_u16..6, 0..30), 1..8),
        ) {
            let mut rows = rows;
            for row in &mut rows {
                row.sort_unstable();
            }
            let entries = rows.iter().map(Vec::len).sum();
            let repeats = Repeats::new(rows.iter().map(Vec::as_slice), entries);
            let Some(repeats) = repeats else {
                return Ok(());
            };

            prop_assert_eq!(repeats.rows(0..rows.len()).count(), rows.len());
            for (row, want) in repeats.rows(0..rows.len()).zip(&rows) {
                let repeated = row.repeated.iter();
                prop_assert!(repeated.clone().is_sorted_by_key(|(_, count)| count));
                let repeated = repeated.flat_map(|&(rank, count)| vec![rank; count.into()]);
                let mut got: Vec<u16> = row.single.iter().copied().chain(repeated).collect();
                got.sort_unstable();
                prop_assert_eq!(&got, want);
            }
        }
    }

    #[test]
    fn more_occurrences_than_a_number_holds_stand_in_parts() {
        let row = vec![7; 2 * usize::from(u16::MAX) + 1];
        let repeats = Repeats::new([&row[..]].into_iter(), row.len()).unwrap();
        let row = repeats.rows(0..1).next().unwrap();

        assert_eq!(row.single, [7]);
        assert_eq!(row.repeated, [(7, u16::MAX); 2]);
    }

    #[test]
    fn texts_that_repeat_little_have_the_plain_form_alone() {
        let rows = [&[1, 1, 2, 3][..], &[4, 5]];
        assert!(Repeats::new(rows.into_iter(), 6).is_none());
        assert!(Repeats::new([&[][..]].into_iter(), 0).is_none());
    }
}
