//! Count of the n-grams of one length by sorting their keys.

use std::hash::Hash;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::corpus::{Chunk, Corpus, RARE};
use super::level::{Key, Level, key};
use super::prefixes::Prefixes;

/// Most ranges of keys that are counted separately.
const MAX_PARTS: usize = 64;
/// Tokens of a text up to which repeated keys are found by comparison; those of a longer text are
/// hashed.
const MAX_COMPARED_TOKENS: usize = 64;

/// Counts the n-grams that extend `prefixes` by a token, and keeps the frequent ones.
pub fn count(corpus: &Corpus, prefixes: &Prefixes, min_document_frequency: u32) -> Level {
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
