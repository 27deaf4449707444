//! Dealing examples to training, validation and test.
//!
//! Where a text goes depends on its wording and the seed, not on its place among the rows: a shuffled table
//! gives the same split, and a longer one moves few texts.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::dataset::Dataset;
use crate::error::DataError;
use crate::label::Label;
use crate::wording::wording_into;

/// How far the shares may be from adding up to 1.
const SUM_TOLERANCE: f64 = 1e-9;

const SIDES: [&str; 3] = ["train", "validation", "test"];
const TRAIN: usize = 0;
const VALIDATION: usize = 1;
const TEST: usize = 2;

/// The share of rows that each side takes, and the seed of the draw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SplitSettings {
    /// Share that is trained on; 0.7 by default.
    pub train: f64,
    /// Share that chooses the threshold; 0.1 by default.
    pub validation: f64,
    /// Share that measures the result; 0.2 by default.
    pub test: f64,
    /// Another seed draws another split; 42 by default.
    pub seed: u64,
}

impl Default for SplitSettings {
    fn default() -> Self {
        Self { train: 0.7, validation: 0.1, test: 0.2, seed: 42 }
    }
}

impl SplitSettings {
    /// Checks that each share is above 0 and that they add up to 1 within 1e-9.
    ///
    /// # Errors
    ///
    /// [`DataError::Share`] or [`DataError::ShareSum`], with the number.
    pub fn validate(&self) -> Result<(), DataError> {
        for (side, share) in SIDES.into_iter().zip(self.shares()) {
            if !(share > 0.0 && share < 1.0) {
                return Err(DataError::Share { side, share });
            }
        }
        let sum = self.shares().iter().sum::<f64>();
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            return Err(DataError::ShareSum { sum });
        }
        Ok(())
    }

    const fn shares(&self) -> [f64; 3] {
        [self.train, self.validation, self.test]
    }
}

/// Places of rows in their [`Dataset`], ascending; every row that was dealt is on exactly one side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// What is trained on.
    pub train: Vec<u32>,
    /// What chooses the threshold.
    pub validation: Vec<u32>,
    /// What measures the result.
    pub test: Vec<u32>,
}

/// The first half of SHA-256 over the seed (8 bytes, little-endian) and a wording.
type Key = [u8; 16];

/// The rows of one label's wordings, and how many of them each side asks for and has.
struct Stratum {
    label: Label,
    texts: usize,
    rows: usize,
    quotas: [usize; SIDES.len()],
    dealt: [usize; SIDES.len()],
}

impl Split {
    /// Deals `rows`, places in `dataset`, to the three sides.
    ///
    /// Texts that differ in nothing but case, links, handles, punctuation and blanks are one group and stay on one
    /// side. Groups are dealt within their majority label, so that each side has about the same share of relevant
    /// rows: in the order of SHA-256 over the seed and the wording, to the test side until it has its rows, then to
    /// the validation side, and the rest, which a text of many rows makes smaller, to training.
    ///
    /// # Errors
    ///
    /// Invalid settings, as [`SplitSettings::validate`] says; [`DataError::LabelMissing`] when a side would
    /// have no text of one label.
    ///
    /// # Panics
    /// When a row is not in the dataset.
    pub fn new(dataset: &Dataset, rows: &[u32], settings: &SplitSettings) -> Result<Self, DataError> {
        settings.validate()?;
        let drawn = drawn_order(dataset, rows, settings.seed);
        let groups = || drawn.chunk_by(|(left, _), (right, _)| left == right);
        let mut strata = [Label::NotRelevant, Label::Relevant].map(Stratum::new);
        for group in groups() {
            strata[usize::from(is_relevant(dataset, group))].count(group.len());
        }
        for stratum in &mut strata {
            stratum.quotas = settings.shares().map(|share| quota(share, stratum.rows));
        }
        let mut split = Self::default();
        for group in groups() {
            let side = strata[usize::from(is_relevant(dataset, group))].deal(group.len());
            split.sides()[side].extend(group.iter().map(|&(_, row)| row));
        }
        for stratum in strata.iter().rev() {
            stratum.check(settings)?;
        }
        for side in split.sides() {
            side.par_sort_unstable();
        }
        Ok(split)
    }

    const fn sides(&mut self) -> [&mut Vec<u32>; 3] {
        [&mut self.train, &mut self.validation, &mut self.test]
    }
}

impl Stratum {
    const fn new(label: Label) -> Self {
        Self { label, texts: 0, rows: 0, quotas: [0; SIDES.len()], dealt: [0; SIDES.len()] }
    }

    const fn count(&mut self, rows: usize) {
        self.texts += 1;
        self.rows += rows;
    }

    /// The side that takes the next group, of `rows` rows.
    fn deal(&mut self, rows: usize) -> usize {
        let side = [TEST, VALIDATION].into_iter().find(|&side| self.dealt[side] < self.quotas[side]).unwrap_or(TRAIN);
        self.dealt[side] += rows;
        side
    }

    fn check(&self, settings: &SplitSettings) -> Result<(), DataError> {
        match self.dealt.iter().position(|&rows| rows == 0) {
            None => Ok(()),
            Some(side) => Err(DataError::LabelMissing {
                side: SIDES[side],
                label: self.label.as_str(),
                texts: self.texts,
                share: settings.shares()[side],
            }),
        }
    }
}

/// The majority of a group's labels; a tie is relevant.
fn is_relevant(dataset: &Dataset, group: &[(Key, u32)]) -> bool {
    let relevant = group.iter().filter(|&&(_, row)| dataset.is_relevant(row)).count();
    2 * relevant >= group.len()
}

/// The number of rows that a side asks for.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rows are far below 2^52 and the share lies between 0 and 1"
)]
fn quota(share: f64, rows: usize) -> usize {
    (share * rows as f64).round() as usize
}

/// Each row with its key, so that rows of one wording stand together.
fn drawn_order(dataset: &Dataset, rows: &[u32], seed: u64) -> Vec<(Key, u32)> {
    let key = |wording: &mut String, &row: &u32| {
        wording_into(dataset.text(row), wording);
        let digest = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(&*wording).finalize();
        let mut key = Key::default();
        key.copy_from_slice(&digest[..16]);
        (key, row)
    };
    let mut drawn: Vec<_> = rows.par_iter().map_init(String::new, key).collect();
    drawn.par_sort_unstable();
    drawn
}
