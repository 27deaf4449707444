//! Set of version numbers, stored as ranges.

use serde::{Deserialize, Serialize};

/// Version numbers as inclusive ranges, sorted and not adjacent; in JSON `[[1, 17], [20, 20]]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct VersionSet(Vec<(u64, u64)>);

impl VersionSet {
    pub(crate) fn contains(&self, version: u64) -> bool {
        self.0
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&version))
    }

    pub(crate) fn highest(&self) -> Option<u64> {
        self.0.iter().map(|(_, last)| *last).max()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn insert(&mut self, version: u64) {
        if self.contains(version) {
            return;
        }

        self.0.push((version, version));
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
    fn adjacent_versions_become_one_range() {
        let mut versions = VersionSet::default();
        assert!(versions.is_empty());
        for version in [5, 1, 9, 2, 4, 3, 3] {
            versions.insert(version);
        }
        assert_eq!(serde_json::to_string(&versions).unwrap(), "[[1,5],[9,9]]");
        assert_eq!(versions.highest(), Some(9));
        let inside = (0..=10).filter(|version| versions.contains(*version));
        assert_eq!(inside.collect::<Vec<_>>(), [1, 2, 3, 4, 5, 9]);
    }

    #[test]
    fn unsorted_overlapping_ranges_are_accepted() {
        let mut versions: VersionSet = serde_json::from_str("[[7, 9], [1, 8]]").unwrap();
        assert!(versions.contains(3) && versions.contains(9));
        versions.insert(12);
        assert_eq!(serde_json::to_string(&versions).unwrap(), "[[1,9],[12,12]]");
    }
}
