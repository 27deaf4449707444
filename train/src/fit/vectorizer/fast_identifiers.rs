//! Fast look-up of the identifiers of n-grams: bits by prefix and token, in place of a hash map.

use super::level::{Key, parts};

/// Most words of bits: more would no longer fit into a processor's caches.
const MAX_WORDS: usize = 1 << 20;
/// Most words for each n-gram: the bits then take about as much memory as a hash map would.
const MAX_WORDS_PER_NGRAM: usize = 4;
/// Tokens of a word.
const WORD_TOKENS: usize = 64;

/// The n-grams of one length: a bit is set for each, and counting the bits before it gives its
/// identifier.
pub struct BitIdentifiers {
    /// Words of a prefix.
    width: usize,
    /// Words of all prefixes.
    words: Vec<Word>,
}

/// The n-grams of one prefix with 64 tokens.
#[derive(Clone, Copy, Default)]
struct Word {
    bits: u64,
    /// Number of n-grams in the words before.
    first: u32,
}

impl BitIdentifiers {
    /// Identifiers of ascending keys, by the number of prefixes and of tokens; `None` when there
    /// are too few n-grams for so many words.
    pub fn new(keys: &[Key], prefixes: usize, tokens: usize) -> Option<Self> {
        let width = tokens.div_ceil(WORD_TOKENS);
        let words = prefixes.checked_mul(width)?;
        if words > MAX_WORDS.min(MAX_WORDS_PER_NGRAM * keys.len()) {
            return None;
        }

        let mut words = vec![Word::default(); words];
        for &key in keys {
            let (prefix, token) = parts(key);
            let word = prefix as usize * width + token as usize / WORD_TOKENS;
            words[word].bits |= bit(token);
        }
        let mut first = 0;
        for word in &mut words {
            word.first = first;
            first += word.bits.count_ones();
        }
        Some(Self { width, words })
    }

    /// Identifier of the n-gram of a prefix and a token.
    #[inline]
    pub fn get(&self, prefix: u32, token: u32) -> Option<u32> {
        let word = self.words[prefix as usize * self.width + token as usize / WORD_TOKENS];
        let bit = bit(token);
        (word.bits & bit != 0).then(|| word.first + (word.bits & (bit - 1)).count_ones())
    }
}

const fn bit(token: u32) -> u64 {
    1 << (token % u64::BITS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::fit::vectorizer::level::key;

    proptest! {
        #[test]
        fn bits_find_what_a_map_finds(
            pairs in prop::collection::btree_set((0_u32..5, 0_u32..200), 10..300),
        ) {
            let keys: Vec<Key> = pairs.iter().map(|&(prefix, token)| key(prefix, token)).collect();
            let map: BTreeMap<Key, u32> = keys.iter().copied().zip(0..).collect();
            let identifiers = BitIdentifiers::new(&keys, 5, 200).unwrap();

            for prefix in 0..5 {
                for token in 0..200 {
                    let want = map.get(&key(prefix, token)).copied();
                    prop_assert_eq!(identifiers.get(prefix, token), want);
                }
            }
        }
    }

    #[test]
    fn few_ngrams_of_many_tokens_are_left_to_a_map() {
        assert!(BitIdentifiers::new(&[key(0, 0)], 1000, 100).is_none());
        assert!(BitIdentifiers::new(&[], usize::MAX, 100).is_none());
    }
}
