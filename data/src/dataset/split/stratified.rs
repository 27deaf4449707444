//! Stratified assignment: each subset has about the same fraction of relevant rows.

use super::groups::{Key, RowGroups};
use super::settings::SplitSettings;
use super::subsets::{SUBSETS, Split, TEST, TRAIN, VALIDATION, rows_of_fraction};
use crate::dataset::rows::Dataset;

/// Number of rows with one majority label, and how many of them each subset asks for and has.
#[derive(Default)]
struct Stratum {
    rows: usize,
    wanted: [usize; SUBSETS.len()],
    assigned: [usize; SUBSETS.len()],
}

/// Assigns the groups in their order within the stratum of their majority label.
pub(super) fn assign(dataset: &Dataset, groups: &RowGroups, settings: &SplitSettings) -> Split {
    let mut strata = [Stratum::default(), Stratum::default()];
    for group in groups.iter() {
        strata[stratum(dataset, group)].rows += group.len();
    }
    for stratum in &mut strata {
        stratum.wanted = settings
            .fractions()
            .map(|fraction| rows_of_fraction(fraction, stratum.rows));
    }

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

impl Stratum {
    /// Returns the subset for the next group, of `rows` rows; one with most of the stratum's rows
    /// goes to training.
    fn assign(&mut self, rows: usize) -> usize {
        let has_room =
            |&subset: &usize| self.assigned[subset] < self.wanted[subset] && 2 * rows <= self.rows;
        let subset = [TEST, VALIDATION]
            .into_iter()
            .find(has_room)
            .unwrap_or(TRAIN);

        self.assigned[subset] += rows;
        subset
    }
}
