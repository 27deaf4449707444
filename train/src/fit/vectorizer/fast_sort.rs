//! Fast sort of the ranks of a long text: by digits, in place of comparisons.

/// Ranks from which on counting digits takes less time than comparing.
const MIN_LENGTH: usize = 1 << 10;
/// Bits of a digit.
const DIGIT_BITS: u32 = 11;
/// Number of digits.
const DIGITS: usize = 1 << DIGIT_BITS;

/// Memory that is used again from text to text.
#[derive(Default)]
pub struct RankSorter {
    sorted: Vec<u32>,
}

impl RankSorter {
    /// Sorts ranks below `end`.
    pub fn sort(&mut self, ranks: &mut Vec<u32>, end: usize) {
        if ranks.len() < MIN_LENGTH {
            ranks.sort_unstable();
            return;
        }

        // The lowest digit first; each pass keeps the order of the ones before.
        let bits = usize::BITS - end.saturating_sub(1).leading_zeros();
        for shift in (0..bits).step_by(DIGIT_BITS as usize) {
            self.sort_by_digit(ranks, shift);
        }
    }

    fn sort_by_digit(&mut self, ranks: &mut Vec<u32>, shift: u32) {
        let digit = |rank: u32| (rank >> shift) as usize % DIGITS;
        let mut next = [0; DIGITS];
        for &rank in ranks.iter() {
            next[digit(rank)] += 1;
        }
        let mut end = 0;
        for next in &mut next {
            end += std::mem::replace(next, end);
        }

        self.sorted.resize(ranks.len(), 0);
        for &rank in ranks.iter() {
            let index = &mut next[digit(rank)];
            self.sorted[*index] = rank;
            *index += 1;
        }
        std::mem::swap(ranks, &mut self.sorted);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn digits_sort_as_comparisons_do(
            (end, ranks) in (1_u32..1 << 24)
                .prop_flat_map(|end| (Just(end), prop::collection::vec(0..end, 0..3000))),
        ) {
            let mut sorter = RankSorter::default();
            for ranks in [&ranks[..], &ranks[ranks.len() / 2..]] {
                let (mut sorted, mut want) = (ranks.to_vec(), ranks.to_vec());
                sorter.sort(&mut sorted, end as usize);
                want.sort_unstable();
                prop_assert_eq!(sorted, want);
            }
        }
    }
}
