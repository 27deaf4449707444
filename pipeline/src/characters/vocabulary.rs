//! The character n-grams that have a column.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use serde::Serialize;

use super::folding::{UNKNOWN_CHARACTER, fold};
use super::settings::CharacterSettings;
use crate::error::PipelineError;

/// N-grams in the order of their columns: by number of characters, then by bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CharacterVocabulary {
    ngrams: Vec<String>,
    /// Columns at which the n-grams of 1, 2, … characters start, up to the longest.
    #[serde(skip)]
    firsts: Vec<usize>,
}

impl CharacterVocabulary {
    /// Creates a vocabulary from sorted n-grams, each of which `settings` can produce.
    ///
    /// # Errors
    /// When there is no n-gram, or one is too short or too long, not folded, out of order or
    /// repeated.
    pub fn new(ngrams: Vec<String>, settings: CharacterSettings) -> Result<Self, PipelineError> {
        settings.validate()?;
        if ngrams.is_empty() {
            return Err(PipelineError::EmptyVocabulary);
        }

        let lengths = settings.ngram_min..=settings.ngram_max;
        let (mut firsts, mut previous) = (Vec::new(), None);
        for (index, ngram) in ngrams.iter().enumerate() {
            let order = Self::order(ngram);
            let (length, _) = order;
            if !lengths.contains(&length) || !ngram.chars().all(is_folded) {
                return Err(PipelineError::CharacterNgram {
                    index,
                    ngram: ngram.clone(),
                    min: settings.ngram_min,
                    max: settings.ngram_max,
                });
            }

            let before = previous.replace(order);
            if before.is_some_and(|before| before >= order) {
                return Err(PipelineError::CharacterNgramOrder {
                    index,
                    ngram: ngram.clone(),
                });
            }

            firsts.resize(length, index);
        }

        Ok(Self { ngrams, firsts })
    }

    /// Returns the sort key of an n-gram: its number of characters, then its bytes.
    #[must_use]
    pub fn order(ngram: &str) -> (usize, &str) {
        (ngram.chars().count(), ngram)
    }

    /// Returns the n-grams in the order of their columns.
    #[must_use]
    pub fn ngrams(&self) -> &[String] {
        &self.ngrams
    }

    /// Converts the vocabulary to its n-grams, in the order of their columns.
    #[must_use]
    pub fn into_ngrams(self) -> Vec<String> {
        self.ngrams
    }

    /// Returns the number of n-grams, at least one.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a vocabulary is never empty")]
    pub const fn len(&self) -> usize {
        self.ngrams.len()
    }

    /// Returns the column of `ngram`, by binary search among the n-grams of the same length.
    #[must_use]
    pub fn column(&self, ngram: &str) -> Option<usize> {
        let length = ngram.chars().count();
        if length == 0 {
            return None;
        }

        let [start, end] = [length, length + 1].map(|length| self.first_column(length));
        let offset = self.ngrams[start..end]
            .binary_search_by(|known| known.as_str().cmp(ngram))
            .ok()?;

        Some(start + offset)
    }

    /// Returns the columns at which the n-grams of 1, 2, … characters start: `[ngram_max]`, from 0,
    /// not decreasing.
    #[must_use]
    pub fn first_columns(&self, ngram_max: usize) -> Vec<usize> {
        (1..=ngram_max)
            .map(|length| self.first_column(length))
            .collect()
    }

    /// Returns the characters of all n-grams.
    #[must_use]
    pub fn characters(&self) -> BTreeSet<char> {
        // Many n-grams have few characters, and a hash set finds a known one sooner.
        let characters = self.ngrams.iter().flat_map(|ngram| ngram.chars());
        let distinct: FxHashSet<char> = characters.collect();
        distinct.into_iter().collect()
    }

    /// Returns the column at which the n-grams of `length` characters start, or the number of
    /// n-grams when none is as long.
    fn first_column(&self, length: usize) -> usize {
        self.firsts
            .get(length - 1)
            .copied()
            .unwrap_or(self.ngrams.len())
    }
}

fn is_folded(character: char) -> bool {
    character != UNKNOWN_CHARACTER && fold(character) == character
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(ngrams: &[&str]) -> Result<CharacterVocabulary, PipelineError> {
        let ngrams = ngrams.iter().map(ToString::to_string).collect();
        CharacterVocabulary::new(ngrams, CharacterSettings::default())
    }

    #[test]
    fn columns_are_found_across_lengths() {
        let vocabulary = vocabulary(&["b ", "ab", "水!", "a b"].map(|ngram| ngram));
        assert!(vocabulary.is_err(), "`b ` sorts behind `ab`");

        let vocabulary = self::vocabulary(&["ab", "b ", "水!", "a b"]).unwrap();
        assert_eq!(vocabulary.column("b "), Some(1));
        assert_eq!(vocabulary.column("水!"), Some(2));
        assert_eq!(vocabulary.column("a b"), Some(3));
        for unknown in ["", "a", "!a", "abcd", "abcdef"] {
            assert_eq!(vocabulary.column(unknown), None, "{unknown:?}");
        }
        assert_eq!(vocabulary.first_columns(5), [0, 0, 3, 4, 4]);
    }

    #[test]
    fn ngrams_that_no_text_can_produce_are_rejected() {
        for bad in ["", "a", "abcdef", "aB", "a\t", "a\0", "a\u{FFFE}", "É!"] {
            let error = vocabulary(&[bad]).unwrap_err();

            assert_eq!(
                error,
                PipelineError::CharacterNgram {
                    index: 0,
                    ngram: bad.into(),
                    min: 2,
                    max: 5
                },
                "{bad:?}"
            );
        }
        assert_eq!(vocabulary(&[]).unwrap_err(), PipelineError::EmptyVocabulary);
    }

    #[test]
    fn ngrams_out_of_order_or_repeated_are_rejected() {
        for ngrams in [["b!", "ab"], ["ab", "ab"], ["abc", "ab"]] {
            assert_eq!(
                vocabulary(&ngrams).unwrap_err(),
                PipelineError::CharacterNgramOrder {
                    index: 1,
                    ngram: ngrams[1].into()
                }
            );
        }
    }
}
