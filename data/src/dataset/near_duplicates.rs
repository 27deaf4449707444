//! Texts that are almost in the training side too: counted, since a model is not asked what it was told.
//!
//! `MinHash` (Broder 1997) with banding finds candidates in linear time; each is then compared, so that no pair is
//! counted that is none, while some may be missed.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::dataset::normalize::{Words, word_hashes_into};
use crate::dataset::rows::Dataset;
use crate::dataset::sampling::sample;
use crate::dataset::split::Split;

/// The least Jaccard similarity of near duplicates is `SHARED / OF`.
const SHARED: usize = 4;
const OF: usize = 5;

/// Texts that are 0.8 alike agree in a band with probability `0.8^3`, and in none of the bands with 1.3 %.
const BANDS: usize = 6;
const HASHES_A_BAND: usize = 3;
const HASHES: usize = BANDS * HASHES_A_BAND;
/// Candidates that agree in fewer hashes are not compared; 0.4 % of the texts that are 0.8 alike do.
const MIN_AGREEING: u16 = 10;

/// Texts of a side that are looked for at most.
const MAX_CHECKED: usize = 2000;
/// Texts of one bucket that a training text is compared with at most.
const MAX_IN_BUCKET: usize = 16;
const MAX_EXAMPLES: usize = 10;
/// Numbers of 64 bits for the buckets that have a text.
const SEEN: usize = 1024;
/// Texts that one thread takes at least.
const CHUNK: usize = 512;
/// Stands for no row.
const NONE: u32 = u32::MAX;

const MULTIPLIERS: [u64; HASHES] = multipliers();

/// How many texts that choose the threshold or measure have a near duplicate that was trained on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NearDuplicates {
    /// What counts as one, for a reader.
    pub definition: String,
    /// The least Jaccard similarity of the sets of words, 0 to 1.
    pub least_similarity: f64,
    /// How many texts of the validation side were looked for.
    pub validation_checked: usize,
    /// How many of them have a near duplicate on the training side, at least.
    pub validation: usize,
    /// How many texts of the test side were looked for.
    pub test_checked: usize,
    /// How many of them have a near duplicate on the training side, at least.
    pub test: usize,
    /// Up to ten pairs, those of the test side first.
    pub examples: Vec<NearDuplicate>,
}

/// Two texts that are almost one, by the numbers of their rows in the source, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NearDuplicate {
    /// The row that was not trained on.
    pub row: u64,
    /// The row that was.
    pub train_row: u64,
    /// Jaccard similarity of their sets of words.
    pub similarity: f64,
}

/// Counts the texts of validation and test that have a near duplicate on the training side.
///
/// Near duplicates are texts whose sets of words, in lower case and without links, handles and punctuation, have a Jaccard
/// similarity of 0.8 or more: four of five words in common. Up to 2,000 evenly spread texts of each side are looked for among
/// all that were trained on, so that the time is that of one pass over these. Candidates share a band of `MinHash`
/// values; the counts are lower bounds, and the same for any number of threads. Words are compared by 64-bit hashes.
///
/// # Panics
/// When a row of the split is not in the dataset.
#[must_use]
pub fn near_duplicates(dataset: &Dataset, split: &Split) -> NearDuplicates {
    let [test, validation] = [&split.test, &split.validation]
        .map(|rows| sample(rows, MAX_CHECKED).copied().collect::<Vec<u32>>());
    let (test_checked, validation_checked) = (test.len(), validation.len());
    let found = Open::of(dataset, [test, validation].concat()).find(dataset, &split.train);
    let (of_test, of_validation) = found.split_at(test_checked);
    NearDuplicates {
        definition:
            "texts whose sets of words, in lower case and without links, handles and punctuation, have a Jaccard \
                     similarity of at least 0.8; lower bounds, since candidates come from MinHash"
                .to_owned(),
        least_similarity: ratio(SHARED, OF),
        validation_checked,
        validation: of_validation.iter().flatten().count(),
        test_checked,
        test: of_test.iter().flatten().count(),
        examples: found.iter().flatten().copied().take(MAX_EXAMPLES).collect(),
    }
}

/// The low halves of the least hashes, for `MinHash`.
type Signature = [u16; HASHES];

/// The texts that are looked for, by the buckets of their bands.
struct Open {
    rows: Vec<u32>,
    /// `[rows]`
    signatures: Vec<Signature>,
    /// The set of words of each text, ascending: `[rows]`.
    words: Vec<Vec<u64>>,
    bands: Vec<Band>,
}

/// The places of the texts in each bucket of a band.
#[derive(Clone)]
struct Band {
    /// A bit for the low bits of each bucket that has a text: most that are asked for have none, and this is small enough to
    /// stay in the processor's nearest memory.
    seen: Box<[u64; SEEN]>,
    places: FxHashMap<u32, Vec<usize>>,
}

impl Default for Band {
    fn default() -> Self {
        Self {
            seen: Box::new([0; SEEN]),
            places: FxHashMap::default(),
        }
    }
}

impl Band {
    fn add(&mut self, bucket: u32, place: usize) {
        let (word, bit) = Self::bit(bucket);
        self.seen[word] |= bit;
        let places = self.places.entry(bucket).or_default();
        if places.len() < MAX_IN_BUCKET {
            places.push(place);
        }
    }

    fn places(&self, bucket: u32) -> &[usize] {
        let (word, bit) = Self::bit(bucket);
        if self.seen[word] & bit == 0 {
            return &[];
        }
        self.places.get(&bucket).map_or(&[], Vec::as_slice)
    }

    const fn bit(bucket: u32) -> (usize, u64) {
        (bucket as usize / 64 % SEEN, 1 << (bucket % 64))
    }
}

impl Open {
    fn of(dataset: &Dataset, rows: Vec<u32>) -> Self {
        let (words, signatures): (Vec<Vec<u64>>, Vec<Signature>) = rows
            .par_iter()
            .with_min_len(CHUNK)
            .map_init(Words::default, |buffer, &row| {
                let words = words(dataset, row, buffer);
                let signature = signature(&words);
                (words, signature)
            })
            .unzip();
        let mut bands = vec![Band::default(); BANDS];
        for (place, signature) in signatures.iter().enumerate() {
            for (band, minima) in bands.iter_mut().zip(signature.as_chunks().0) {
                band.add(bucket(*minima), place);
            }
        }
        Self {
            rows,
            signatures,
            words,
            bands,
        }
    }

    /// The first training row that is a near duplicate of each text, if one is: `[rows]`.
    fn find(&self, dataset: &Dataset, train: &[u32]) -> Vec<Option<NearDuplicate>> {
        let first: Vec<AtomicU32> = self.rows.iter().map(|_| AtomicU32::new(NONE)).collect();
        train.par_iter().with_min_len(CHUNK).for_each_init(
            Default::default,
            |(words, hashes), &row| {
                word_hashes_into(dataset.text(row), words, hashes);
                self.meet(row, hashes, &first);
            },
        );
        let mut buffer = Words::default();
        let pair = |(place, first): (usize, AtomicU32)| {
            let train = first.into_inner();
            let similarity = (train != NONE)
                .then(|| similarity(&self.words[place], &words(dataset, train, &mut buffer)))??;
            let [row, train_row] = [self.rows[place], train].map(|row| u64::from(row) + 1);
            Some(NearDuplicate {
                row,
                train_row,
                similarity,
            })
        };
        first.into_iter().enumerate().map(pair).collect()
    }

    /// Holds one training row against the texts that share a bucket with it; the lowest row wins, whichever thread comes
    /// first.
    fn meet(&self, row: u32, words: &mut Vec<u64>, first: &[AtomicU32]) {
        let signature = signature(words);
        let mut sorted = false;
        for (band, minima) in self.bands.iter().zip(signature.as_chunks().0) {
            for &place in band.places(bucket(*minima)) {
                let is_met = first[place].load(Ordering::Relaxed) <= row;
                if is_met || agreeing(&self.signatures[place], &signature) < MIN_AGREEING {
                    continue;
                }
                if !std::mem::replace(&mut sorted, true) {
                    words.sort_unstable();
                    words.dedup();
                }
                if similarity(&self.words[place], words).is_some() {
                    first[place].fetch_min(row, Ordering::Relaxed);
                }
            }
        }
    }
}

/// The set of words of a text, ascending.
fn words(dataset: &Dataset, row: u32, buffer: &mut Words) -> Vec<u64> {
    let mut hashes = Vec::new();
    word_hashes_into(dataset.text(row), buffer, &mut hashes);
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// The least value of each hash of the family over the words.
fn signature(words: &[u64]) -> Signature {
    let mut minima = [u64::MAX; HASHES];
    for word in words {
        for (minimum, multiplier) in minima.iter_mut().zip(MULTIPLIERS) {
            *minimum = (*minimum).min(word.wrapping_mul(multiplier));
        }
    }
    minima.map(low_half)
}

/// 16 bits of a least hash; the highest ones are zero in almost all of them.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a part of a hash is wanted"
)]
const fn low_half(minimum: u64) -> u16 {
    (minimum >> 32) as u16
}

/// A bucket for the values of a band.
fn bucket(minima: [u16; HASHES_A_BAND]) -> u32 {
    let packed = minima
        .iter()
        .fold(0, |packed, &minimum| packed << 16 | u64::from(minimum));
    (packed.wrapping_mul(MULTIPLIERS[0]) >> 32) as u32
}

/// How many values two signatures have in common.
fn agreeing(left: &Signature, right: &Signature) -> u16 {
    left.iter()
        .zip(right)
        .map(|(left, right)| u16::from(left == right))
        .sum()
}

/// The Jaccard similarity of two ascending sets, when it makes them near duplicates.
fn similarity(mut left: &[u64], mut right: &[u64]) -> Option<f64> {
    let sizes = left.len() + right.len();
    let mut shared = 0;
    while let ([first, others_left @ ..], [second, others_right @ ..]) = (left, right) {
        shared += usize::from(first == second);
        if first <= second {
            left = others_left;
        }
        if second <= first {
            right = others_right;
        }
    }
    let all = sizes - shared;
    (OF * shared >= SHARED * all).then(|| ratio(shared, all))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a text has fewer than 2^52 words"
)]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// Odd numbers from `SplitMix64` (Steele, Lea and Flood 2014), one for each hash of the family.
const fn multipliers() -> [u64; HASHES] {
    let mut multipliers = [0; HASHES];
    let mut state = 0_u64;
    let mut place = 0;
    while place < HASHES {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        multipliers[place] = (mixed ^ (mixed >> 31)) | 1;
        place += 1;
    }
    multipliers
}
