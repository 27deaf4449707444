//! Stratified assignment: each subset has about the same fraction of relevant rows.

use std::collections::BTreeMap;

use super::groups::RowGroups;
use super::keys::Key;
use super::settings::SplitSettings;
use super::subsets::{SUBSETS, Split, TEST, TRAIN, VALIDATION, rows_of_fraction};
use crate::dataset::rows::Dataset;

/// Number of groups that must be left for the validation and test subsets when the largest ones go
/// to training.
const MIN_GROUPS: usize = 10;

/// Sizes of the subsets within a stratum, the groups with one majority label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StratumPlan {
    /// Rows of the largest group that the subsets share; a larger one goes to training and does not
    /// count for the sizes.
    pub max_rows: usize,
    /// Rows that training, validation and test subset ask for: `[3]`.
    pub wanted: [usize; SUBSETS.len()],
}

/// A stratum while its groups are assigned.
struct Stratum {
    plan: StratumPlan,
    /// Rows that each subset has.
    assigned: [usize; SUBSETS.len()],
}

/// Assigns the groups in their order within the stratum of their majority label.
///
/// A group with more rows than the larger of the validation and the test subset goes to training,
/// and its rows do not count for the sizes of the subsets; else a text with many copies would fill
/// a subset, or leave training without other texts.
pub(super) fn assign(dataset: &Dataset, groups: &RowGroups, settings: &SplitSettings) -> Split {
    let mut sizes = [BTreeMap::new(), BTreeMap::new()];
    for group in groups.iter() {
        let groups: &mut usize = sizes[stratum(dataset, group)]
            .entry(group.len())
            .or_default();
        *groups += 1;
    }
    let mut strata = sizes.map(|sizes| Stratum {
        plan: StratumPlan::new(&sizes, settings),
        assigned: [0; SUBSETS.len()],
    });

    let mut split = Split::default();
    for group in groups.iter() {
        let subset = strata[stratum(dataset, group)].assign(group.len());
        split.subsets()[subset].extend(group.iter().map(|&(_, row)| row));
    }
    split
}

/// Returns the majority of a group's labels, 1 for relevant; a tie is relevant.
pub(super) fn stratum(dataset: &Dataset, group: &[(Key, u32)]) -> usize {
    let relevant = group
        .iter()
        .filter(|&&(_, row)| dataset.is_relevant(row))
        .count();

    usize::from(2 * relevant >= group.len())
}

impl StratumPlan {
    /// Plans the subsets for the groups, counted by their number of rows.
    #[must_use]
    pub fn new(sizes: &BTreeMap<usize, usize>, settings: &SplitSettings) -> Self {
        let all: usize = sizes.iter().map(|(rows, groups)| rows * groups).sum();
        let largest_fraction = settings.test.max(settings.validation);

        let (mut shared, mut left) = (all, sizes.values().sum::<usize>());
        let mut max_rows = 0;
        for (&rows, &groups) in sizes.iter().rev() {
            let is_majority = 2 * rows > all;
            let is_too_large = rows > rows_of_fraction(largest_fraction, shared).max(1)
                && left >= groups + MIN_GROUPS;
            if !is_majority && !is_too_large {
                max_rows = rows;
                break;
            }
            shared -= rows * groups;
            left -= groups;
        }

        Self {
            max_rows,
            wanted: settings
                .fractions()
                .map(|fraction| rows_of_fraction(fraction, shared)),
        }
    }
}

impl Stratum {
    /// Returns the subset for the next group, of `rows` rows.
    fn assign(&mut self, rows: usize) -> usize {
        let StratumPlan { max_rows, wanted } = self.plan;
        if rows > max_rows {
            return TRAIN;
        }
        let has_room = |&subset: &usize| self.assigned[subset] < wanted[subset];
        let subset = [TEST, VALIDATION]
            .into_iter()
            .find(has_room)
            .unwrap_or(TRAIN);

        self.assigned[subset] += rows;
        subset
    }
}
