//! A growing set of version numbers, stored as ranges.

use serde::{Deserialize, Serialize};

/// Version numbers as inclusive ranges, sorted and apart; in JSON `[[1, 17], [20, 20]]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Numbers(Vec<(u64, u64)>);

impl Numbers {
    pub(crate) fn contains(&self, number: u64) -> bool {
        self.0
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&number))
    }

    pub(crate) fn highest(&self) -> Option<u64> {
        self.0.iter().map(|(_, last)| *last).max()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn insert(&mut self, number: u64) {
        if self.contains(number) {
            return;
        }
        self.0.push((number, number));
        self.0.sort_unstable();
        let mut joined: Vec<(u64, u64)> = Vec::with_capacity(self.0.len());
        for (first, last) in self.0.drain(..) {
            match joined.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => joined.push((first, last)),
            }
        }
        self.0 = joined;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_become_one_range() {
        let mut numbers = Numbers::default();
        assert!(numbers.is_empty());
        for number in [5, 1, 9, 2, 4, 3, 3] {
            numbers.insert(number);
        }
        assert_eq!(serde_json::to_string(&numbers).unwrap(), "[[1,5],[9,9]]");
        assert_eq!(numbers.highest(), Some(9));
        let inside = (0..=10).filter(|number| numbers.contains(*number));
        assert_eq!(inside.collect::<Vec<_>>(), [1, 2, 3, 4, 5, 9]);
    }

    #[test]
    fn ranges_that_a_person_left_in_disorder_still_count() {
        let mut numbers: Numbers = serde_json::from_str("[[7, 9], [1, 8]]").unwrap();
        assert!(numbers.contains(3) && numbers.contains(9));
        numbers.insert(12);
        assert_eq!(serde_json::to_string(&numbers).unwrap(), "[[1,9],[12,12]]");
    }
}
