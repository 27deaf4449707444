//! Frequent n-grams, one length after the other.
//!
//! An n-gram cannot be in more texts than its prefix, so only frequent n-grams are extended
//! (Agrawal and Srikant 1994).

use std::hash::Hash;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::corpus::{Chunk, Corpus, RARE};
use super::fast_counts::Cells;
use super::fast_identifiers::BitIdentifiers;

/// Most ranges of keys that are counted separately.
const MAX_PARTS: usize = 64;
/// Tokens of a text up to which repeated keys are found by comparison; those of a longer text are
/// hashed.
const MAX_COMPARED_TOKENS: usize = 64;

/// An n-gram: the identifier of its prefix, the n-gram without the last token (high half), and that
/// of its last token (low half).
///
/// Identifiers of n-grams are in the order of their keys, those of tokens in the order of their
/// bytes, and the space between tokens sorts before every token character: the order of the keys is
/// that of the terms.
pub type Key = u64;

/// The frequent n-grams of each length.
///
/// Each has a *number*: tokens come first, then the n-grams of two tokens, and so on, those of one
/// length in the order of their keys.
pub struct Ngrams {
    /// N-grams of two tokens, of three, and so on.
    pub levels: Vec<Level>,
    /// Number of the longest frequent n-gram from each token of the corpus on, [`RARE`] for a rare
    /// token: `[chunks][tokens]`. The shorter ones are its prefixes, since these are frequent too.
    pub longest: Vec<Vec<u32>>,
}

/// Frequent n-grams of one length; an identifier is an index.
pub struct Level {
    /// Ascending.
    pub keys: Vec<Key>,
    /// Document frequencies: `[keys]`.
    pub frequencies: Vec<u32>,
}

/// Key of the n-gram of a prefix and a token.
pub fn key(prefix: u32, token: u32) -> Key {
    u64::from(prefix) << 32 | u64::from(token)
}

/// The two parts of a key.
#[expect(clippy::cast_possible_truncation, reason = "each half has 32 bits")]
pub const fn parts(key: Key) -> (u32, u32) {
    ((key >> 32) as u32, key as u32)
}

impl Ngrams {
    /// Counts the n-grams of 2 to `longest` tokens.
    pub fn count(corpus: &Corpus, longest: usize, min_document_frequency: u32) -> Self {
        let mut levels: Vec<Level> = Vec::new();
        let mut prefixes = Prefixes::tokens(corpus);

        for _ in 2..=longest {
            let level = Level::count(corpus, &prefixes, min_document_frequency);
            prefixes.extend(corpus, &level);
            levels.push(level);
        }
        Self {
            levels,
            longest: prefixes.numbers,
        }
    }

    /// Number of the prefix of each n-gram of two tokens and more, in the order of the numbers.
    pub fn prefixes(&self, tokens: usize) -> impl Iterator<Item = u32> {
        let mut first = 0;
        let mut length_count = tokens;
        self.levels.iter().flat_map(move |level| {
            let start = first;
            first += number(length_count);
            length_count = level.keys.len();
            level.keys.iter().map(move |&key| start + parts(key).0)
        })
    }
}

/// The n-grams of one length, as prefixes of those with one token more.
pub struct Prefixes {
    /// Tokens of an n-gram.
    pub length: usize,
    /// Number of the first one.
    first: u32,
    /// How many there are.
    pub count: u32,
    /// Number of the longest frequent n-gram of up to `length` tokens from each token of the corpus
    /// on, [`RARE`] for a rare token: `[chunks][tokens]`.
    pub numbers: Vec<Vec<u32>>,
}

impl Prefixes {
    /// N-grams of one token.
    pub fn tokens(corpus: &Corpus) -> Self {
        Self {
            length: 1,
            first: 0,
            count: number(corpus.tokens.len()),
            numbers: corpus
                .chunks
                .iter()
                .map(|chunk| chunk.ids().to_vec())
                .collect(),
        }
    }

    /// Identifier of the prefix with a number, unless it is shorter or rare.
    pub fn id(&self, number: u32) -> Option<u32> {
        let id = number.wrapping_sub(self.first);
        (id < self.count).then_some(id)
    }

    /// Replaces the prefixes by the n-grams with one token more, which `level` has.
    pub fn extend(&mut self, corpus: &Corpus, level: &Level) {
        let known = Identifiers::new(level, self.count as usize, corpus.tokens.len());
        let next_first = self.first + self.count;
        let mut numbers = std::mem::take(&mut self.numbers);

        let extend = |(chunk, numbers): (&Chunk, &mut Vec<u32>)| {
            for (tokens, numbers) in chunk.texts_with_mut(numbers) {
                let lasts = tokens.iter().skip(self.length);
                for (number, &last) in numbers.iter_mut().zip(lasts) {
                    let prefix = self.id(*number).filter(|_| last != RARE);
                    let id = prefix.and_then(|prefix| known.get(prefix, last));
                    if let Some(id) = id {
                        *number = next_first + id;
                    }
                }
            }
        };
        corpus.chunks.par_iter().zip(&mut numbers).for_each(extend);

        *self = Self {
            length: self.length + 1,
            first: next_first,
            count: number(level.keys.len()),
            numbers,
        };
        assert!(
            self.first.checked_add(self.count).is_some(),
            "there are fewer than 2^32 frequent n-grams"
        );
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("there are fewer than 2^32 frequent n-grams")
}

impl Level {
    fn count(corpus: &Corpus, prefixes: &Prefixes, min_document_frequency: u32) -> Self {
        match Cells::new(corpus, prefixes) {
            Some(cells) => cells.count(min_document_frequency),
            None => Self::count_sorted(corpus, prefixes, min_document_frequency),
        }
    }

    /// Counts by sorting keys.
    pub fn count_sorted(corpus: &Corpus, prefixes: &Prefixes, min_document_frequency: u32) -> Self {
        let counting = Counting {
            corpus,
            prefixes,
            min_document_frequency,
        };
        let prefixes = prefixes.count;
        let width = corpus.tokens.len() as u64;

        // Keys that fit into 32 bits take half the memory and sort faster.
        if u32::try_from(u64::from(prefixes) * width).is_ok() {
            #[expect(clippy::cast_possible_truncation, reason = "the product is below 2^32")]
            let packed = |prefix, token| (u64::from(prefix) * width + u64::from(token)) as u32;
            #[expect(clippy::cast_possible_truncation, reason = "both are below 2^32")]
            let unpacked = |packed: u32| {
                key(
                    (u64::from(packed) / width) as u32,
                    (u64::from(packed) % width) as u32,
                )
            };
            return counting.run(packed, unpacked);
        }
        counting.run(key, |key| key)
    }
}

/// Identifiers of the n-grams of one length.
enum Identifiers {
    Bits(BitIdentifiers),
    /// By key.
    Map(FxHashMap<Key, u32>),
}

impl Identifiers {
    fn new(level: &Level, prefixes: usize, tokens: usize) -> Self {
        match BitIdentifiers::new(&level.keys, prefixes, tokens) {
            Some(bits) => Self::Bits(bits),
            None => Self::Map(level.keys.iter().copied().zip(0..).collect()),
        }
    }

    fn get(&self, prefix: u32, token: u32) -> Option<u32> {
        match self {
            Self::Bits(bits) => bits.get(prefix, token),
            Self::Map(map) => map.get(&key(prefix, token)).copied(),
        }
    }
}

/// Inputs of the count of one level.
struct Counting<'a> {
    corpus: &'a Corpus,
    /// The n-grams with one token less.
    prefixes: &'a Prefixes,
    min_document_frequency: u32,
}

/// Ranges of prefixes whose keys are counted separately.
#[derive(Clone, Copy)]
struct Ranges {
    /// Binary logarithm of the number of prefixes in a range.
    shift: u32,
    parts: usize,
}

/// Keys of a chunk, once for each text with the n-gram, grouped by range.
struct Partitioned<K> {
    keys: Vec<K>,
    /// Offsets of the ranges: `[parts + 1]`.
    offsets: Vec<usize>,
}

impl Counting<'_> {
    /// Counts with keys that `pack` builds from prefix and token, and that sort as the pair does.
    fn run<K: Copy + Default + Ord + Hash + Send + Sync>(
        &self,
        pack: impl Fn(u32, u32) -> K + Sync,
        unpack: impl Fn(K) -> Key + Sync,
    ) -> Level {
        // A power of two, so that a shift gives the range of a prefix.
        let prefixes = self.prefixes.count as usize;
        let prefixes_per_part = prefixes.div_ceil(MAX_PARTS).next_power_of_two();
        let ranges = Ranges {
            shift: prefixes_per_part.trailing_zeros(),
            parts: prefixes.div_ceil(prefixes_per_part),
        };
        let parts = ranges.parts;

        let chunks: Vec<Partitioned<K>> = self
            .corpus
            .chunks
            .par_iter()
            .zip(&self.prefixes.numbers)
            .map(|(chunk, numbers)| self.partition(chunk, numbers, ranges, &pack))
            .collect();

        let counted: Vec<Vec<(Key, u32)>> = (0..parts)
            .into_par_iter()
            .map(|part| {
                let counted = self.frequent(chunks.iter().map(|chunk| chunk.part(part)));
                counted
                    .into_iter()
                    .map(|(packed, frequency)| (unpack(packed), frequency))
                    .collect()
            })
            .collect();
        let (keys, frequencies) = counted.into_iter().flatten().unzip();
        Level { keys, frequencies }
    }

    /// Collects the keys of a chunk.
    fn partition<K: Copy + Default + Eq + Hash>(
        &self,
        chunk: &Chunk,
        numbers: &[u32],
        Ranges { shift, parts }: Ranges,
        pack: impl Fn(u32, u32) -> K,
    ) -> Partitioned<K> {
        let (mut keys, mut parts_of_keys) = (
            Vec::with_capacity(chunk.tokens()),
            Vec::with_capacity(chunk.tokens()),
        );
        let (mut sizes, mut seen) = (vec![0; parts], FxHashSet::default());

        for (tokens, numbers) in chunk.texts_with(numbers) {
            let first = keys.len();
            seen.clear();
            let lasts = tokens.iter().skip(self.prefixes.length);
            for (&number, &last) in numbers.iter().zip(lasts) {
                let Some(prefix) = self.prefixes.id(number).filter(|_| last != RARE) else {
                    continue;
                };

                let key = pack(prefix, last);
                let is_repeated = if tokens.len() > MAX_COMPARED_TOKENS {
                    !seen.insert(key)
                } else {
                    keys[first..].contains(&key)
                };
                if !is_repeated {
                    let part = prefix as usize >> shift;
                    keys.push(key);
                    parts_of_keys.push(u8::try_from(part).expect("there are few parts"));
                    sizes[part] += 1;
                }
            }
        }
        Partitioned::new(&keys, &parts_of_keys, &sizes)
    }

    /// Frequent n-grams with their document frequencies, from the keys of one range.
    fn frequent<'k, K: Copy + Ord + 'k>(
        &self,
        keys: impl Iterator<Item = &'k [K]>,
    ) -> Vec<(K, u32)> {
        let mut keys: Vec<K> = keys.flatten().copied().collect();
        keys.sort_unstable();

        let frequency =
            |equal: &[K]| u32::try_from(equal.len()).expect("at most one for each text");
        keys.chunk_by(|left, right| left == right)
            .map(|equal| (equal[0], frequency(equal)))
            .filter(|&(_, frequency)| frequency >= self.min_document_frequency)
            .collect()
    }
}

impl<K: Copy + Default> Partitioned<K> {
    /// Groups keys by the part of each; `sizes` has the number of keys in each part.
    fn new(keys: &[K], parts: &[u8], sizes: &[usize]) -> Self {
        let mut offsets = Vec::with_capacity(sizes.len() + 1);
        offsets.push(0);
        offsets.extend(sizes.iter().scan(0, |end, size| {
            *end += size;
            Some(*end)
        }));

        let mut grouped = vec![K::default(); keys.len()];
        let mut next = offsets.clone();
        for (&key, &part) in keys.iter().zip(parts) {
            let index = &mut next[usize::from(part)];
            grouped[*index] = key;
            *index += 1;
        }
        Self {
            keys: grouped,
            offsets,
        }
    }

    fn part(&self, part: usize) -> &[K] {
        &self.keys[self.offsets[part]..self.offsets[part + 1]]
    }
}
