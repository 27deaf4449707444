//! The dealing of drawn units, so that each side has about the same share of relevant rows.

use super::groups::{Key, Units};
use super::settings::SplitSettings;
use super::subsets::{SIDES, Split, TEST, TRAIN, VALIDATION, quota};
use crate::dataset::rows::Dataset;

/// The rows of the units of one majority label, and how many of them each side asks for and has.
#[derive(Default)]
struct Stratum {
    rows: usize,
    quotas: [usize; SIDES.len()],
    dealt: [usize; SIDES.len()],
}

/// Deals the units in their order within the stratum of their majority label.
pub(super) fn deal(dataset: &Dataset, units: &Units, settings: &SplitSettings) -> Split {
    let mut strata = [Stratum::default(), Stratum::default()];
    for unit in units.iter() {
        strata[stratum(dataset, unit)].rows += unit.len();
    }
    for stratum in &mut strata {
        stratum.quotas = settings.shares().map(|share| quota(share, stratum.rows));
    }
    let mut split = Split::default();
    for unit in units.iter() {
        let side = strata[stratum(dataset, unit)].deal(unit.len());
        split.sides()[side].extend(unit.iter().map(|&(_, row)| row));
    }
    split
}

/// The majority of a unit's labels, 1 for relevant; a tie is relevant.
pub(super) fn stratum(dataset: &Dataset, unit: &[(Key, u32)]) -> usize {
    let relevant = unit
        .iter()
        .filter(|&&(_, row)| dataset.is_relevant(row))
        .count();
    usize::from(2 * relevant >= unit.len())
}

impl Stratum {
    /// The side that takes the next unit, of `rows` rows; one with most of the stratum's rows is trained on.
    fn deal(&mut self, rows: usize) -> usize {
        let asks = |&side: &usize| self.dealt[side] < self.quotas[side] && 2 * rows <= self.rows;
        let side = [TEST, VALIDATION].into_iter().find(asks).unwrap_or(TRAIN);
        self.dealt[side] += rows;
        side
    }
}
