//! Texts that are almost in the training side too: counted, since a model is not asked what it was told.
//!
//! `MinHash` (Broder 1997) with banding finds candidates in linear time; each is then compared, so that no pair is
//! counted that is none, while some may be missed.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::dataset::Dataset;
use crate::split::Split;
use crate::wording::word_hashes_into;

/// The least Jaccard similarity of near duplicates is `SHARED / OF`.
const SHARED: usize = 4;
const OF: usize = 5;

/// Texts that are 0.8 alike agree in a band with probability `0.8^3`, and in none of the bands with 1.3 %.
const BANDS: usize = 6;
const HASHES_A_BAND: usize = 3;
const HASHES: usize = BANDS * HASHES_A_BAND;
/// Candidates that agree in fewer hashes are not compared; 0.4 % of the texts that are 0.8 alike do.
const LEAST_AGREEING: u16 = 10;

/// How many training texts of one bucket a text is compared with.
const MOST_CANDIDATES: usize = 4;
const MOST_EXAMPLES: usize = 10;
/// Texts that one thread takes at least.
const CHUNK: usize = 512;
/// The high half of a number, which holds a bucket; the low half holds a place.
const BUCKET: u64 = !0 << 32;

const MULTIPLIERS: [u64; HASHES] = multipliers();

/// How many texts that choose the threshold or measure have a near duplicate that was trained on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NearDuplicates {
    /// What counts as one, for a reader.
    pub definition: String,
    /// The least Jaccard similarity of the sets of words, 0 to 1.
    pub least_similarity: f64,
    /// Texts of the validation side with a near duplicate on the training side, at least.
    pub validation: usize,
    /// Texts of the test side with a near duplicate on the training side, at least.
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
/// similarity of 0.8 or more: four of five words in common. Candidates share a band of `MinHash` values, and of each
/// band a text is compared with at most four training texts, so that the time is linear; the counts are lower bounds,
/// and the same for any number of threads. Words are compared by 64-bit hashes.
///
/// # Panics
/// When a row of the split is not in the dataset.
#[must_use]
pub fn near_duplicates(dataset: &Dataset, split: &Split) -> NearDuplicates {
    let open = [split.test.as_slice(), &split.validation].concat();
    let search = Search {
        found: vec![None; open.len()],
        train: Signed::of(dataset, split.train.clone()),
        open: Signed::of(dataset, open),
    };
    let found = search.run();
    let (test, validation) = found.split_at(split.test.len());
    NearDuplicates {
        definition:
            "texts whose sets of words, in lower case and without links, handles and punctuation, have a Jaccard \
                     similarity of at least 0.8; lower bounds, since candidates come from MinHash"
                .to_owned(),
        least_similarity: ratio(SHARED, OF),
        validation: validation.iter().flatten().count(),
        test: test.iter().flatten().count(),
        examples: found.iter().flatten().copied().take(MOST_EXAMPLES).collect(),
    }
}

/// The low halves of the least hashes, for `MinHash`.
type Signature = [u16; HASHES];

/// Texts with their signatures.
struct Signed<'a> {
    dataset: &'a Dataset,
    rows: Vec<u32>,
    /// `[rows]`
    signatures: Vec<Signature>,
}

impl<'a> Signed<'a> {
    fn of(dataset: &'a Dataset, rows: Vec<u32>) -> Self {
        let signed = |words: &mut Vec<u64>, &row: &u32| {
            word_hashes_into(dataset.text(row), words);
            signature(words)
        };
        let signatures = rows.par_iter().with_min_len(CHUNK).map_init(Vec::new, signed).collect();
        Self { dataset, rows, signatures }
    }

    /// Buckets, in the high half, with the places in them, for those places that `is_wanted` leaves; ascending.
    fn band(&self, band: usize, is_wanted: impl Fn(usize) -> bool + Sync) -> Vec<u64> {
        let placed = |(place, signature): (usize, &Signature)| {
            let minima = &signature[band * HASHES_A_BAND..][..HASHES_A_BAND];
            is_wanted(place).then(|| bucket(minima) | place as u64)
        };
        let mut placed: Vec<u64> =
            self.signatures.par_iter().with_min_len(CHUNK).enumerate().filter_map(placed).collect();
        placed.par_sort_unstable();
        placed
    }

    /// The number of a row in the source.
    fn number(&self, place: usize) -> u64 {
        u64::from(self.rows[place]) + 1
    }

    /// The set of words of a text.
    fn words(&self, place: usize, words: &mut Vec<u64>) {
        word_hashes_into(self.dataset.text(self.rows[place]), words);
        words.sort_unstable();
        words.dedup();
    }
}

/// The search for a near duplicate of each text of `open` among those of `train`.
struct Search<'a> {
    train: Signed<'a>,
    open: Signed<'a>,
    found: Vec<Option<NearDuplicate>>,
}

impl Search<'_> {
    fn run(mut self) -> Vec<Option<NearDuplicate>> {
        for band in 0..BANDS {
            let train = self.train.band(band, |_| true);
            let open = self.open.band(band, |place| self.found[place].is_none());
            let found: Vec<_> = open.par_chunks(CHUNK).flat_map_iter(|open| self.join(open, &train)).collect();
            for (place, pair) in found {
                self.found[place] = Some(pair);
            }
        }
        self.found
    }

    /// Compares texts with the first training texts of their buckets; both ascend.
    fn join(&self, open: &[u64], mut train: &[u64]) -> Vec<(usize, NearDuplicate)> {
        let mut found = Vec::new();
        let mut scratch = Scratch::default();
        train = &train[train.partition_point(|&placed| placed < open[0] & BUCKET)..];
        for &text in open {
            train = &train[train.iter().take_while(|&&placed| placed < text & BUCKET).count()..];
            let candidates = train.iter().take(MOST_CANDIDATES).take_while(|&placed| placed & BUCKET == text & BUCKET);
            let mut places = candidates.map(|&placed| place(placed));
            found.extend(self.first(place(text), &mut places, &mut scratch).map(|pair| (place(text), pair)));
        }
        found
    }

    /// The first of the candidates that is a near duplicate of an open text.
    fn first(
        &self,
        open: usize,
        candidates: &mut dyn Iterator<Item = usize>,
        scratch: &mut Scratch,
    ) -> Option<NearDuplicate> {
        let alike =
            |train: &usize| agreeing(&self.open.signatures[open], &self.train.signatures[*train]) >= LEAST_AGREEING;
        let mut candidates = candidates.filter(alike).peekable();
        candidates.peek()?;
        self.open.words(open, &mut scratch.open);
        candidates.find_map(|train| {
            self.train.words(train, &mut scratch.train);
            let similarity = similarity(&scratch.open, &scratch.train)?;
            Some(NearDuplicate { row: self.open.number(open), train_row: self.train.number(train), similarity })
        })
    }
}

/// Memory for the words of two texts.
#[derive(Default)]
struct Scratch {
    open: Vec<u64>,
    train: Vec<u64>,
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
#[expect(clippy::cast_possible_truncation, reason = "a part of a hash is wanted")]
const fn low_half(minimum: u64) -> u16 {
    (minimum >> 32) as u16
}

/// A bucket for some values of a signature, in the high half.
fn bucket(minima: &[u16]) -> u64 {
    let packed = minima.iter().fold(0, |packed, &minimum| packed << 16 | u64::from(minimum));
    packed.wrapping_mul(MULTIPLIERS[0]) & BUCKET
}

fn place(placed: u64) -> usize {
    usize::try_from(placed & !BUCKET).expect("a place among rows in memory")
}

/// How many values two signatures have in common.
fn agreeing(left: &Signature, right: &Signature) -> u16 {
    left.iter().zip(right).map(|(left, right)| u16::from(left == right)).sum()
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

#[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^52 words")]
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
