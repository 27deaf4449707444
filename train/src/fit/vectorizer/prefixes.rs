//! The longest frequent n-gram from each token on, which grows by a token at a time.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::corpus::{Chunk, Corpus, RARE};
use super::fast_identifiers::BitIdentifiers;
use super::level::{Key, Level, key};

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

/// A number of n-grams.
pub fn number(index: usize) -> u32 {
    u32::try_from(index).expect("there are fewer than 2^32 frequent n-grams")
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
