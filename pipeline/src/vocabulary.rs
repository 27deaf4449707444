//! Terms of a text, and the vocabulary of terms that have a column.
//!
//! Columns follow the sorted terms, so that equal corpora give equal files.

use serde::{Deserialize, Serialize};

use crate::error::PipelineError;
use crate::token::{TokenCharacters, tokens};

/// How a text becomes terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSettings {
    /// Characters that tokens consist of.
    pub token_characters: TokenCharacters,
    /// Number of tokens of the longest term, 1 to [`Self::NGRAM_LIMIT`].
    pub ngram_max: usize,
}

impl FeatureSettings {
    /// Largest `ngram_max` that the engines are tested with.
    pub const NGRAM_LIMIT: usize = 5;

    /// Checks the range of `ngram_max`.
    ///
    /// # Errors
    /// [`PipelineError::NgramMax`] when it is 0 or over the limit.
    pub const fn validate(&self) -> Result<(), PipelineError> {
        if self.ngram_max == 0 || self.ngram_max > Self::NGRAM_LIMIT {
            return Err(PipelineError::NgramMax {
                got: self.ngram_max,
                max: Self::NGRAM_LIMIT,
            });
        }
        Ok(())
    }

    /// Returns every term of `text`, repeats included: the lower-cased tokens, then the runs of 2,
    /// 3, … tokens, joined by spaces.
    #[must_use]
    pub fn terms(&self, text: &str) -> Vec<String> {
        let tokens: Vec<String> = tokens(text, self.token_characters)
            .map(str::to_ascii_lowercase)
            .collect();

        (1..=self.ngram_max)
            .flat_map(|length| tokens.windows(length).map(|run| run.join(" ")))
            .collect()
    }
}

impl Default for FeatureSettings {
    /// Returns single tokens and pairs of ASCII characters.
    fn default() -> Self {
        Self {
            token_characters: TokenCharacters::Ascii,
            ngram_max: 2,
        }
    }
}

/// Terms in the order of their columns: by number of tokens, then by bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Vocabulary {
    terms: Vec<String>,
    /// Columns at which the terms of 1, 2, … tokens start, up to the longest.
    #[serde(skip)]
    firsts: Vec<usize>,
}

impl Vocabulary {
    /// Creates a vocabulary from sorted terms, each of which `settings` can produce.
    ///
    /// # Errors
    /// When there is no term, or a term is too long, out of order, repeated, or not lower-case
    /// tokens joined by single spaces.
    pub fn new(terms: Vec<String>, settings: &FeatureSettings) -> Result<Self, PipelineError> {
        settings.validate()?;
        if terms.is_empty() {
            return Err(PipelineError::EmptyVocabulary);
        }

        let (mut firsts, mut previous) = (Vec::new(), None);
        for (index, term) in terms.iter().enumerate() {
            let order = Self::order(term);
            let (length, _) = order;
            if length > settings.ngram_max || !is_lower_tokens(term, settings.token_characters) {
                return Err(PipelineError::Term {
                    index,
                    term: term.clone(),
                    ngram_max: settings.ngram_max,
                });
            }

            let before = previous.replace(order);
            if before.is_some_and(|before| before >= order) {
                return Err(PipelineError::TermOrder {
                    index,
                    term: term.clone(),
                });
            }

            firsts.resize(length, index);
        }

        Ok(Self { terms, firsts })
    }

    /// Creates the vocabulary of a pipeline without terms of tokens.
    pub(crate) const fn empty() -> Self {
        Self {
            terms: Vec::new(),
            firsts: Vec::new(),
        }
    }

    /// Returns the sort key of a term: its number of tokens, then its bytes.
    #[must_use]
    pub fn order(term: &str) -> (usize, &str) {
        (token_count(term), term)
    }

    /// Returns the terms in the order of their columns.
    #[must_use]
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// Converts the vocabulary to its terms, in the order of their columns.
    #[must_use]
    pub fn into_terms(self) -> Vec<String> {
        self.terms
    }

    /// Returns the number of terms.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.terms.len()
    }

    /// Returns whether there is no term, as in a pipeline of character n-grams alone.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Returns the column of `term`, by binary search among the terms of the same number of tokens.
    #[must_use]
    pub fn column(&self, term: &str) -> Option<usize> {
        let length = token_count(term);
        let [start, end] = [length, length + 1].map(|length| self.first_column(length));
        let offset = self.terms[start..end]
            .binary_search_by(|known| known.as_str().cmp(term))
            .ok()?;

        Some(start + offset)
    }

    /// Returns the columns at which the terms of 1, 2, … tokens start: `[ngram_max]`, from 0, not
    /// decreasing.
    #[must_use]
    pub fn first_columns(&self, ngram_max: usize) -> Vec<usize> {
        (1..=ngram_max)
            .map(|length| self.first_column(length))
            .collect()
    }

    /// Returns the column at which the terms of `length` tokens start, or the number of terms when
    /// none is as long.
    fn first_column(&self, length: usize) -> usize {
        self.firsts
            .get(length - 1)
            .copied()
            .unwrap_or(self.terms.len())
    }
}

fn token_count(term: &str) -> usize {
    1 + term.bytes().filter(|&byte| byte == b' ').count()
}

/// Returns whether a term is lower-case tokens joined by single spaces.
fn is_lower_tokens(term: &str, characters: TokenCharacters) -> bool {
    let mut last = ' ';
    let is_valid = |character: char| {
        let before = std::mem::replace(&mut last, character);
        if character == ' ' {
            before != ' '
        } else {
            characters.contains(character) && !character.is_ascii_uppercase()
        }
    };

    term.chars().all(is_valid) && last != ' '
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(terms: &[&str]) -> Result<Vocabulary, PipelineError> {
        let terms = terms.iter().map(ToString::to_string).collect();
        Vocabulary::new(terms, &FeatureSettings::default())
    }

    #[test]
    fn terms_are_tokens_then_pairs_in_lower_case() {
        let settings = FeatureSettings::default();
        assert_eq!(
            settings.terms("Flood, FLOOD waters"),
            ["flood", "flood", "waters", "flood flood", "flood waters"]
        );
        assert!(settings.terms("!!").is_empty());
        assert_eq!(settings.terms("one"), ["one"]);
    }

    #[test]
    fn columns_are_found_across_lengths() {
        let vocabulary = vocabulary(&["fire", "flood", "fire flood"]).unwrap();

        assert_eq!(vocabulary.column("flood"), Some(1));
        assert_eq!(vocabulary.column("fire flood"), Some(2));
        assert_eq!(vocabulary.column("water"), None);
        assert_eq!(vocabulary.first_columns(2), [0, 2]);
        assert_eq!(vocabulary.first_columns(3), [0, 2, 3]);
    }

    #[test]
    fn terms_that_no_text_can_produce_are_rejected() {
        for bad in ["", " ", "Fire", "fire!", "a  b", " a", "a b c", "é"] {
            let error = vocabulary(&[bad]).unwrap_err();

            assert_eq!(
                error,
                PipelineError::Term {
                    index: 0,
                    term: bad.into(),
                    ngram_max: 2
                },
                "{bad:?}"
            );
        }
    }

    #[test]
    fn terms_out_of_order_or_repeated_are_rejected() {
        for terms in [["flood", "fire"], ["fire", "fire"], ["a b", "fire"]] {
            let error = vocabulary(&terms).unwrap_err();

            assert_eq!(
                error,
                PipelineError::TermOrder {
                    index: 1,
                    term: terms[1].into()
                }
            );
        }
        assert_eq!(vocabulary(&[]).unwrap_err(), PipelineError::EmptyVocabulary);
    }

    #[test]
    fn ngrams_of_no_tokens_or_too_many_are_rejected() {
        for ngram_max in [0, 6] {
            let settings = FeatureSettings {
                ngram_max,
                ..FeatureSettings::default()
            };

            assert_eq!(
                settings.validate(),
                Err(PipelineError::NgramMax {
                    got: ngram_max,
                    max: 5
                })
            );
        }
    }
}
