//! Runs of tokens that stand in enough texts, one length after the other.
//!
//! A run cannot be in more texts than its parts are, so those of n tokens are looked for only where one of n - 1 was
//! frequent (Agrawal and Srikant 1994).

use std::hash::Hash;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::corpus::{Chunk, Corpus, RARE};

/// How many ranges of keys are counted apart from each other, at most.
const MAX_PARTS: usize = 64;
/// Keys of a text that are compared with each other; those of a longer one are hashed.
const FEW_KEYS: usize = 64;

/// A run of tokens: the number of the run without its last token (high half), and the last token's number (low half).
///
/// Runs are numbered in the order of their keys, and tokens in the order of their bytes; a blank sorts before every token
/// character. So the order of the keys is that of the terms.
type Key = u64;

/// The frequent runs of each length.
pub struct Ngrams {
    /// Those of two tokens, of three, and so on.
    pub levels: Vec<Level>,
}

/// Frequent runs of one length; a run's number is its place.
pub struct Level {
    /// Ascending.
    pub keys: Vec<Key>,
    /// In how many texts each stands: `[keys]`.
    pub frequencies: Vec<u32>,
}

/// Numbers for runs of growing length: from key to number, for two tokens and more.
#[derive(Default)]
pub struct Lookup {
    levels: Vec<FxHashMap<Key, u32>>,
}

/// The run that `prefix` and `token` make.
pub fn key(prefix: u32, token: u32) -> Key {
    u64::from(prefix) << 32 | u64::from(token)
}

/// The two parts of a key.
#[expect(clippy::cast_possible_truncation, reason = "each half has 32 bits")]
pub const fn parts(key: Key) -> (u32, u32) {
    ((key >> 32) as u32, key as u32)
}

impl Ngrams {
    /// Counts the runs of 2 to `longest` tokens.
    pub fn count(corpus: &Corpus, longest: usize, min_document_frequency: u32) -> Self {
        let (mut levels, mut lookup): (Vec<Level>, _) = (Vec::new(), Lookup::default());
        for length in 2..=longest {
            let prefixes = levels
                .last()
                .map_or(corpus.tokens.len(), |level| level.keys.len());
            levels.push(Level::count(
                corpus,
                length,
                prefixes,
                &lookup,
                min_document_frequency,
            ));
            if length < longest {
                lookup.push(levels[length - 2].numbered(|_| true));
            }
        }
        Self { levels }
    }
}

impl Level {
    fn count(
        corpus: &Corpus,
        length: usize,
        prefixes: usize,
        lookup: &Lookup,
        min_document_frequency: u32,
    ) -> Self {
        let counting = Counting {
            corpus,
            length,
            prefixes,
            lookup,
            min_document_frequency,
        };
        let width = corpus.tokens.len() as u64;
        // Where 32 bits hold a key, there is half as much to hold and to sort.
        if u32::try_from(prefixes as u64 * width).is_ok() {
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

    /// From key to number, for the runs that `is_kept`.
    pub fn numbered(&self, is_kept: impl Fn(u32) -> bool) -> FxHashMap<Key, u32> {
        self.keys
            .iter()
            .copied()
            .zip(0..)
            .filter(|&(_, number)| is_kept(number))
            .collect()
    }
}

impl Lookup {
    /// Adds the runs of the next length.
    pub fn push(&mut self, level: FxHashMap<Key, u32>) {
        self.levels.push(level);
    }

    /// The numbers of the runs that begin `tokens`, from one token on, as far as they are known.
    pub fn runs<'l>(&'l self, tokens: &'l [u32]) -> impl Iterator<Item = u32> + 'l {
        let mut number = tokens.first().copied().filter(|&token| token != RARE);
        let mut longer = self.levels.iter().zip(tokens.iter().skip(1));
        std::iter::from_fn(move || {
            let run = number?;
            number = longer
                .next()
                .and_then(|(level, &token)| level.get(&key(run, token)).copied());
            Some(run)
        })
    }
}

/// What is counted, and from how many texts on it is frequent.
struct Counting<'a> {
    corpus: &'a Corpus,
    /// How many tokens a run has.
    length: usize,
    /// How many runs there are of a token less.
    prefixes: usize,
    lookup: &'a Lookup,
    min_document_frequency: u32,
}

/// The keys of the runs of a chunk, each as often as there are texts with it: those of one range after those of another.
struct Parted<K> {
    keys: Vec<K>,
    /// Where the keys of each range begin, and behind the last: `[parts + 1]`.
    starts: Vec<usize>,
}

impl Counting<'_> {
    /// Counts by keys that `pack` makes of prefix and token, in the order of both.
    fn run<K: Copy + Default + Ord + Hash + Send + Sync>(
        &self,
        pack: impl Fn(u32, u32) -> K + Sync,
        unpack: impl Fn(K) -> Key + Sync,
    ) -> Level {
        // Ranges of so many prefixes that a shift tells a key's.
        let share = self.prefixes.div_ceil(MAX_PARTS).next_power_of_two();
        let parts = self.prefixes.div_ceil(share);
        let chunks: Vec<Parted<K>> = self
            .corpus
            .chunks
            .par_iter()
            .map(|chunk| self.parted(chunk, share.trailing_zeros(), parts, &pack))
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

    fn parted<K: Copy + Default + Eq + Hash>(
        &self,
        chunk: &Chunk,
        shift: u32,
        parts: usize,
        pack: impl Fn(u32, u32) -> K,
    ) -> Parted<K> {
        let (mut keys, mut parts_of_keys) = (
            Vec::with_capacity(chunk.tokens()),
            Vec::with_capacity(chunk.tokens()),
        );
        let (mut sizes, mut seen) = (vec![0; parts], FxHashSet::default());
        for tokens in chunk.texts() {
            let first = keys.len();
            seen.clear();
            for run in tokens.windows(self.length) {
                let Some((&last, beginning)) = run.split_last().filter(|&(&last, _)| last != RARE)
                else {
                    continue;
                };
                let Some(prefix) = self.lookup.runs(beginning).nth(self.length - 2) else {
                    continue;
                };
                let key = pack(prefix, last);
                let is_repeated = if tokens.len() > FEW_KEYS {
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
        Parted::new(&keys, &parts_of_keys, &sizes)
    }

    /// The runs that stand in enough texts, of the keys of one range.
    fn frequent<'k, K: Copy + Ord + 'k>(
        &self,
        keys: impl Iterator<Item = &'k [K]>,
    ) -> Vec<(K, u32)> {
        let mut keys: Vec<K> = keys.flatten().copied().collect();
        keys.sort_unstable();
        let counted = keys.chunk_by(|left, right| left == right);
        let counted = counted.map(|equal| {
            (
                equal[0],
                u32::try_from(equal.len()).expect("at most one for each text"),
            )
        });
        counted
            .filter(|&(_, frequency)| frequency >= self.min_document_frequency)
            .collect()
    }
}

impl<K: Copy + Default> Parted<K> {
    /// Takes keys with the part of each and the size of each part.
    fn new(keys: &[K], parts: &[u8], sizes: &[usize]) -> Self {
        let mut starts = Vec::with_capacity(sizes.len() + 1);
        starts.push(0);
        starts.extend(sizes.iter().scan(0, |end, size| {
            *end += size;
            Some(*end)
        }));
        let (mut parted, mut next) = (vec![K::default(); keys.len()], starts.clone());
        for (&key, &part) in keys.iter().zip(parts) {
            let place = &mut next[usize::from(part)];
            parted[*place] = key;
            *place += 1;
        }
        Self {
            keys: parted,
            starts,
        }
    }

    fn part(&self, part: usize) -> &[K] {
        &self.keys[self.starts[part]..self.starts[part + 1]]
    }
}
