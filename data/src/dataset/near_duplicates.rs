//! Near duplicates of training texts in the other subsets.
//!
//! `MinHash` (Broder 1997) with banding finds candidates in linear time; each candidate is then
//! compared, so that every counted pair is a near duplicate, while some may be missed.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::dataset::normalize::{Words, word_hashes_into};
use crate::dataset::rows::Dataset;
use crate::dataset::sampling::sample;
use crate::dataset::split::Split;

/// The minimum Jaccard similarity of near duplicates is `MIN_COMMON / OF`.
const MIN_COMMON: usize = 4;
const OF: usize = 5;

/// Texts of similarity 0.8 agree in a band with probability `0.8^3`, and in no band with 1.3 %.
const BANDS: usize = 6;
const HASHES_PER_BAND: usize = 3;
const HASHES: usize = BANDS * HASHES_PER_BAND;
/// Equal hashes below which candidates are not compared; 0.4 % of the texts of similarity 0.8 have
/// fewer.
const MIN_EQUAL_HASHES: u16 = 10;

/// Maximum number of texts of a subset that are checked.
const MAX_CHECKED: usize = 2000;
/// Maximum number of texts in a bucket that a training text is compared with.
const MAX_IN_BUCKET: usize = 16;
const MAX_EXAMPLES: usize = 10;
/// Minimum number of texts of one thread's task.
const CHUNK: usize = 512;
const NO_ROW: u32 = u32::MAX;

const MULTIPLIERS: [u64; HASHES] = multipliers();

/// Number of validation and test texts with a near duplicate in the training subset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NearDuplicates {
    /// Definition of a near duplicate, for a reader.
    pub definition: String,
    /// Minimum Jaccard similarity of the sets of words, 0 to 1.
    pub least_similarity: f64,
    /// Number of validation texts that were checked.
    pub validation_checked: usize,
    /// Number of them with a near duplicate in the training subset, at least.
    pub validation: usize,
    /// Number of test texts that were checked.
    pub test_checked: usize,
    /// Number of them with a near duplicate in the training subset, at least.
    pub test: usize,
    /// Up to ten pairs, those of the test subset first.
    pub examples: Vec<NearDuplicate>,
}

/// A pair of near duplicates, by the numbers of their rows in the source, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NearDuplicate {
    /// Row of the validation or test subset.
    pub row: u64,
    /// Row of the training subset.
    pub train_row: u64,
    /// Jaccard similarity of their sets of words.
    pub similarity: f64,
}

/// Counts the validation and test texts that have a near duplicate in the training subset.
///
/// Near duplicates are texts whose sets of words, in lower case and without links, handles and
/// punctuation, have a Jaccard similarity of 0.8 or more: four of five words in common. A sample of
/// up to 2,000 texts of each subset is checked against all training texts, in the time of one pass
/// over these. Candidates share a band of `MinHash` values; the counts are lower bounds, and the
/// same for any number of threads. Words are compared by 64-bit hashes.
///
/// # Panics
/// When a row of the split is not in the dataset.
#[must_use]
pub fn near_duplicates(dataset: &Dataset, split: &Split) -> NearDuplicates {
    let [test, validation] = [&split.test, &split.validation]
        .map(|rows| sample(rows, MAX_CHECKED).copied().collect::<Vec<u32>>());
    let (test_checked, validation_checked) = (test.len(), validation.len());

    let checked = CheckedTexts::new(dataset, [test, validation].concat());
    let found = checked.find(dataset, &split.train);
    let (of_test, of_validation) = found.split_at(test_checked);

    NearDuplicates {
        definition:
            "texts whose sets of words, in lower case and without links, handles and punctuation, \
             have a Jaccard similarity of at least 0.8; lower bounds, since candidates come from \
             MinHash"
                .to_owned(),
        least_similarity: ratio(MIN_COMMON, OF),
        validation_checked,
        validation: of_validation.iter().flatten().count(),
        test_checked,
        test: of_test.iter().flatten().count(),
        examples: found.iter().flatten().copied().take(MAX_EXAMPLES).collect(),
    }
}

/// Low halves of the minimum hashes.
type Signature = [u16; HASHES];

/// Indices of the checked texts in each bucket of a band.
type Band = FxHashMap<u32, Vec<usize>>;

/// Texts that are checked, by the buckets of their bands.
struct CheckedTexts {
    rows: Vec<u32>,
    /// `[rows]`
    signatures: Vec<Signature>,
    /// Set of word hashes of each text, ascending: `[rows]`.
    words: Vec<Vec<u64>>,
    bands: Vec<Band>,
}

impl CheckedTexts {
    fn new(dataset: &Dataset, rows: Vec<u32>) -> Self {
        let (words, signatures): (Vec<Vec<u64>>, Vec<Signature>) = rows
            .par_iter()
            .with_min_len(CHUNK)
            .map_init(Words::default, |buffer, &row| {
                let words = word_set(dataset, row, buffer);
                let signature = signature(&words);
                (words, signature)
            })
            .unzip();

        Self {
            rows,
            bands: bands(&signatures),
            signatures,
            words,
        }
    }

    /// Returns the first training row that is a near duplicate of each text, if there is one:
    /// `[rows]`.
    fn find(&self, dataset: &Dataset, train: &[u32]) -> Vec<Option<NearDuplicate>> {
        let first: Vec<AtomicU32> = self.rows.iter().map(|_| AtomicU32::new(NO_ROW)).collect();
        train.par_iter().with_min_len(CHUNK).for_each_init(
            Default::default,
            |(words, hashes), &row| {
                word_hashes_into(dataset.text(row), words, hashes);
                self.compare(row, hashes, &first);
            },
        );

        let mut buffer = Words::default();
        first
            .into_iter()
            .enumerate()
            .map(|(index, first)| {
                let train = first.into_inner();
                (train != NO_ROW).then(|| self.pair(index, dataset, train, &mut buffer))?
            })
            .collect()
    }

    /// Returns a checked text and a training row as a pair, if they are near duplicates.
    fn pair(
        &self,
        index: usize,
        dataset: &Dataset,
        train: u32,
        buffer: &mut Words,
    ) -> Option<NearDuplicate> {
        let similarity = similarity(&self.words[index], &word_set(dataset, train, buffer))?;
        let [row, train_row] = [self.rows[index], train].map(|row| u64::from(row) + 1);

        Some(NearDuplicate {
            row,
            train_row,
            similarity,
        })
    }

    /// Compares one training row with the texts that share a bucket with it.
    ///
    /// The lowest row is kept, so that the order of the threads does not matter.
    fn compare(&self, row: u32, words: &mut Vec<u64>, first: &[AtomicU32]) {
        let signature = signature(words);
        let mut is_sorted = false;

        for (band, minima) in self.bands.iter().zip(signature.as_chunks().0) {
            for &index in band.get(&bucket(*minima)).into_iter().flatten() {
                let has_lower_row = first[index].load(Ordering::Relaxed) <= row;
                if has_lower_row
                    || equal_hashes(&self.signatures[index], &signature) < MIN_EQUAL_HASHES
                {
                    continue;
                }

                if !is_sorted {
                    words.sort_unstable();
                    words.dedup();
                    is_sorted = true;
                }
                if similarity(&self.words[index], words).is_some() {
                    first[index].fetch_min(row, Ordering::Relaxed);
                }
            }
        }
    }
}

fn bands(signatures: &[Signature]) -> Vec<Band> {
    let mut bands = vec![Band::default(); BANDS];
    for (index, signature) in signatures.iter().enumerate() {
        for (band, minima) in bands.iter_mut().zip(signature.as_chunks().0) {
            let texts = band.entry(bucket(*minima)).or_default();
            if texts.len() < MAX_IN_BUCKET {
                texts.push(index);
            }
        }
    }

    bands
}

/// Returns the set of word hashes of a text, ascending.
fn word_set(dataset: &Dataset, row: u32, buffer: &mut Words) -> Vec<u64> {
    let mut hashes = Vec::new();
    word_hashes_into(dataset.text(row), buffer, &mut hashes);

    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// Returns the minimum of each hash function over the words.
fn signature(words: &[u64]) -> Signature {
    let mut minima = [u64::MAX; HASHES];
    for word in words {
        for (minimum, multiplier) in minima.iter_mut().zip(MULTIPLIERS) {
            *minimum = (*minimum).min(word.wrapping_mul(multiplier));
        }
    }
    minima.map(low_half)
}

/// Returns 16 bits of a minimum hash; the highest ones are almost always zero.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a part of a hash is wanted"
)]
const fn low_half(minimum: u64) -> u16 {
    (minimum >> 32) as u16
}

/// Returns the bucket for the values of a band.
fn bucket(minima: [u16; HASHES_PER_BAND]) -> u32 {
    let packed = minima
        .iter()
        .fold(0, |packed, &minimum| packed << 16 | u64::from(minimum));
    (packed.wrapping_mul(MULTIPLIERS[0]) >> 32) as u32
}

/// Returns the number of hashes in which two signatures are equal.
fn equal_hashes(left: &Signature, right: &Signature) -> u16 {
    left.iter()
        .zip(right)
        .map(|(left, right)| u16::from(left == right))
        .sum()
}

/// Returns the Jaccard similarity of two ascending sets if it makes them near duplicates.
fn similarity(mut left: &[u64], mut right: &[u64]) -> Option<f64> {
    let sizes = left.len() + right.len();
    let mut common = 0;
    while let ([first, others_left @ ..], [second, others_right @ ..]) = (left, right) {
        common += usize::from(first == second);
        if first <= second {
            left = others_left;
        }
        if second <= first {
            right = others_right;
        }
    }

    let all = sizes - common;
    (OF * common >= MIN_COMMON * all).then(|| ratio(common, all))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a text has fewer than 2^52 words"
)]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// Returns odd numbers from `SplitMix64` (Steele, Lea and Flood 2014), one for each hash function.
const fn multipliers() -> [u64; HASHES] {
    let mut multipliers = [0; HASHES];
    let mut state = 0_u64;
    let mut index = 0;
    while index < HASHES {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        multipliers[index] = (mixed ^ (mixed >> 31)) | 1;
        index += 1;
    }

    multipliers
}
