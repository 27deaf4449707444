//! Runs of tokens that stand in enough texts, one length after the other.
//!
//! A run cannot be in more texts than its parts are, so those of n tokens are looked for only where one of n - 1 was
//! frequent (Agrawal and Srikant 1994).

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::corpus::{Chunk, Corpus, RARE};

/// How many ranges of keys are counted apart from each other.
const PARTS: u64 = 64;

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
            let prefixes = levels.last().map_or(corpus.tokens.len(), |level| level.keys.len());
            levels.push(Level::count(corpus, length, prefixes, &lookup, min_document_frequency));
            if length < longest {
                lookup.push(levels[length - 2].numbered(|_| true));
            }
        }
        Self { levels }
    }
}

impl Level {
    fn count(corpus: &Corpus, length: usize, prefixes: usize, lookup: &Lookup, min_document_frequency: u32) -> Self {
        let counting = Counting { corpus, length, prefixes, lookup, min_document_frequency };
        let width = corpus.tokens.len() as u64;
        // Where 32 bits hold a key, there is half as much to hold and to sort.
        if u32::try_from(prefixes as u64 * width).is_ok() {
            #[expect(clippy::cast_possible_truncation, reason = "the product is below 2^32")]
            let packed = |prefix, token| (u64::from(prefix) * width + u64::from(token)) as u32;
            #[expect(clippy::cast_possible_truncation, reason = "both are below 2^32")]
            let unpacked = |packed: u32| key((u64::from(packed) / width) as u32, (u64::from(packed) % width) as u32);
            return counting.run(width, packed, unpacked);
        }
        counting.run(1 << 32, key, |key| key)
    }

    /// From key to number, for the runs that `is_kept`.
    pub fn numbered(&self, is_kept: impl Fn(u32) -> bool) -> FxHashMap<Key, u32> {
        self.keys.iter().copied().zip(0..).filter(|&(_, number)| is_kept(number)).collect()
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
            number = longer.next().and_then(|(level, &token)| level.get(&key(run, token)).copied());
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

impl Counting<'_> {
    /// Counts by keys that `pack` makes of prefix and token, in the order of both; those of one prefix are `width` apart.
    fn run<K: Copy + Ord + Into<u64> + Send + Sync>(
        &self,
        width: u64,
        pack: impl Fn(u32, u32) -> K + Sync,
        unpack: impl Fn(K) -> Key + Sync,
    ) -> Level {
        let chunks = &self.corpus.chunks;
        let runs: Vec<Vec<K>> = chunks.par_iter().map(|chunk| self.sorted_runs(chunk, &pack)).collect();
        let share = (self.prefixes as u64).div_ceil(PARTS);
        let parts: Vec<Vec<(Key, u32)>> = (0..PARTS)
            .into_par_iter()
            .map(|part| {
                let counted = self.frequent(&runs, part * share * width..(part + 1) * share * width);
                counted.into_iter().map(|(packed, frequency)| (unpack(packed), frequency)).collect()
            })
            .collect();
        let (keys, frequencies) = parts.into_iter().flatten().unzip();
        Level { keys, frequencies }
    }

    /// The runs of a chunk, each as often as there are texts with it, ascending.
    fn sorted_runs<K: Copy + Ord>(&self, chunk: &Chunk, pack: impl Fn(u32, u32) -> K) -> Vec<K> {
        let mut keys = Vec::with_capacity(chunk.tokens());
        let mut of_text: Vec<K> = Vec::new();
        for tokens in chunk.texts() {
            of_text.extend(tokens.windows(self.length).filter_map(|run| {
                let (&last, beginning) = run.split_last()?;
                let prefix = self.lookup.runs(beginning).nth(self.length - 2)?;
                (last != RARE).then(|| pack(prefix, last))
            }));
            of_text.sort_unstable();
            of_text.dedup();
            keys.append(&mut of_text);
        }
        keys.sort_unstable();
        keys.shrink_to_fit();
        keys
    }

    /// The runs of a range of keys that stand in enough texts.
    fn frequent<K: Copy + Ord + Into<u64>>(&self, runs: &[Vec<K>], range: std::ops::Range<u64>) -> Vec<(K, u32)> {
        let mut keys: Vec<K> = Vec::new();
        for sorted in runs {
            let place = |bound| sorted.partition_point(|&key| key.into() < bound);
            keys.extend_from_slice(&sorted[place(range.start)..place(range.end)]);
        }
        // The stable sort is the one that merges runs which are sorted already.
        keys.sort();
        let counted = keys.chunk_by(|left, right| left == right);
        let counted = counted.map(|equal| (equal[0], u32::try_from(equal.len()).expect("at most one for each text")));
        counted.filter(|&(_, frequency)| frequency >= self.min_document_frequency).collect()
    }
}
