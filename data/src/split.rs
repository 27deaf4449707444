//! Dealing examples to training, validation and test.
//!
//! Where a text goes depends on its wording and the seed, not on its place among the rows: a shuffled table
//! gives the same split, and a longer one moves few texts.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::dataset::LabelledText;
use crate::error::DataError;
use crate::label::Label;
use crate::wording::wording;

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

/// Sorted indices into the examples; every index is on exactly one side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// What is trained on.
    pub train: Vec<usize>,
    /// What chooses the threshold.
    pub validation: Vec<usize>,
    /// What measures the result.
    pub test: Vec<usize>,
}

/// The rows that carry one wording.
#[derive(Default)]
struct Group {
    rows: Vec<usize>,
    relevant: usize,
}

impl Group {
    /// The majority of its labels; a tie is relevant.
    const fn is_relevant(&self) -> bool {
        2 * self.relevant >= self.rows.len()
    }
}

impl Split {
    /// Deals the examples to the three sides.
    ///
    /// Texts that differ in nothing but case, links, handles, punctuation and blanks are one group and stay on one
    /// side. Groups are dealt within their majority label, so that each side has about the same share of relevant
    /// rows: in the order of SHA-256 over the seed (8 bytes, little-endian) and the wording, to the test side until it
    /// has its rows, then to the validation side, and the rest, which a text of many rows makes smaller, to training.
    ///
    /// # Errors
    ///
    /// Invalid settings, as [`SplitSettings::validate`] says; [`DataError::LabelMissing`] when a side would
    /// have no text of one label.
    pub fn new(examples: &[LabelledText], settings: &SplitSettings) -> Result<Self, DataError> {
        settings.validate()?;
        let mut split = Self::default();
        let (relevant, not_relevant): (Vec<_>, Vec<_>) =
            group(examples).into_iter().partition(|(_, group)| group.is_relevant());
        for (label, stratum) in [(Label::Relevant, relevant), (Label::NotRelevant, not_relevant)] {
            split.deal(label, stratum, settings)?;
        }
        for side in split.sides() {
            side.sort_unstable();
        }
        Ok(split)
    }

    const fn sides(&mut self) -> [&mut Vec<usize>; 3] {
        [&mut self.train, &mut self.validation, &mut self.test]
    }

    fn deal(&mut self, label: Label, stratum: Vec<(String, Group)>, settings: &SplitSettings) -> Result<(), DataError> {
        let texts = stratum.len();
        let rows = stratum.iter().map(|(_, group)| group.rows.len()).sum();
        let quotas = settings.shares().map(|share| quota(share, rows));
        let mut dealt = [0; SIDES.len()];
        for group in in_drawn_order(stratum, settings.seed) {
            let side = [TEST, VALIDATION].into_iter().find(|&side| dealt[side] < quotas[side]).unwrap_or(TRAIN);
            dealt[side] += group.rows.len();
            self.sides()[side].extend(group.rows);
        }
        match dealt.iter().position(|&rows| rows == 0) {
            None => Ok(()),
            Some(side) => Err(DataError::LabelMissing {
                side: SIDES[side],
                label: label.as_str(),
                texts,
                share: settings.shares()[side],
            }),
        }
    }
}

fn group(examples: &[LabelledText]) -> FxHashMap<String, Group> {
    let mut groups = FxHashMap::<String, Group>::default();
    for (index, example) in examples.iter().enumerate() {
        let group = groups.entry(wording(&example.text)).or_default();
        group.rows.push(index);
        group.relevant += usize::from(example.relevant);
    }
    groups
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

fn in_drawn_order(stratum: Vec<(String, Group)>, seed: u64) -> impl Iterator<Item = Group> {
    let mut drawn: Vec<_> = stratum
        .into_iter()
        .map(|(text, group)| {
            let key: [u8; 32] = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(text).finalize().into();
            (key, group)
        })
        .collect();
    drawn.sort_unstable_by_key(|(key, _)| *key);
    drawn.into_iter().map(|(_, group)| group)
}
