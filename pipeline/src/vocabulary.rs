//! The terms that a pipeline knows, one column each.
//!
//! Columns follow the sorted terms, so that equal corpora give equal files.

use serde::{Deserialize, Serialize};

use crate::{PipelineError, TokenCharacters, tokens};

/// How a text becomes terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSettings {
    /// Which characters tokens are made of.
    pub token_characters: TokenCharacters,
    /// The longest run of tokens that makes a term, 1 to [`Self::NGRAM_LIMIT`].
    pub ngram_max: usize,
}

impl FeatureSettings {
    /// The longest n-gram that the engines are tested with.
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

    /// Every term of `text`, repeats included: its tokens in lower case, then each run of 2, 3, … of them joined by a space.
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
    /// Words and pairs of words in ASCII.
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
    /// The column at which the terms of one token begin, those of two, and so on to the longest.
    #[serde(skip)]
    firsts: Vec<usize>,
}

impl Vocabulary {
    /// Takes sorted terms, each of which `settings` can produce.
    ///
    /// # Errors
    /// When there is no term, or one that is not lower-case tokens joined by single spaces, is too long, out of order or
    /// repeated.
    pub fn new(terms: Vec<String>, settings: &FeatureSettings) -> Result<Self, PipelineError> {
        settings.validate()?;
        if terms.is_empty() {
            return Err(PipelineError::EmptyVocabulary);
        }
        let (mut firsts, mut previous) = (Vec::new(), None);
        for (index, term) in terms.iter().enumerate() {
            let order = Self::order(term);
            if order.0 > settings.ngram_max || !is_lower_tokens(term, settings.token_characters) {
                let ngram_max = settings.ngram_max;
                return Err(PipelineError::Term {
                    index,
                    term: term.clone(),
                    ngram_max,
                });
            }
            if previous
                .replace(order)
                .is_some_and(|previous| previous >= order)
            {
                return Err(PipelineError::TermOrder {
                    index,
                    term: term.clone(),
                });
            }
            firsts.resize(order.0, index);
        }
        Ok(Self { terms, firsts })
    }

    /// The key that terms are sorted by: their number of tokens, then their bytes.
    #[must_use]
    pub fn order(term: &str) -> (usize, &str) {
        (token_count(term), term)
    }

    /// The terms, in the order of their columns.
    #[must_use]
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// Gives the terms up, in the order of their columns.
    #[must_use]
    pub fn into_terms(self) -> Vec<String> {
        self.terms
    }

    /// How many terms there are, at least one.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a vocabulary is never empty")]
    pub const fn len(&self) -> usize {
        self.terms.len()
    }

    /// The column of `term`, found by binary search among the terms of as many tokens.
    #[must_use]
    pub fn column(&self, term: &str) -> Option<usize> {
        let length = token_count(term);
        let [start, end] = [length, length + 1].map(|length| self.first_column(length));
        let place = self.terms[start..end]
            .binary_search_by(|known| known.as_str().cmp(term))
            .ok()?;
        Some(start + place)
    }

    /// The column at which the terms of each number of tokens begin: `[ngram_max]`, first 0, never falling.
    #[must_use]
    pub fn first_columns(&self, ngram_max: usize) -> Vec<usize> {
        (1..=ngram_max)
            .map(|length| self.first_column(length))
            .collect()
    }

    /// Where the terms of so many tokens, at least one, begin; behind all terms when none is so long.
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

/// Whether a term is tokens in lower case with single blanks between them.
fn is_lower_tokens(term: &str, characters: TokenCharacters) -> bool {
    let mut last = ' ';
    let fits = |character: char| {
        let last = std::mem::replace(&mut last, character);
        if character == ' ' {
            last != ' '
        } else {
            characters.contains(character) && !character.is_ascii_uppercase()
        }
    };
    term.chars().all(fits) && last != ' '
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(terms: &[&str]) -> Result<Vocabulary, PipelineError> {
        let terms = terms.iter().map(ToString::to_string).collect();
        Vocabulary::new(terms, &FeatureSettings::default())
    }

    #[test]
    fn terms_are_words_then_pairs_in_lower_case() {
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
    fn terms_that_no_text_can_produce_are_refused() {
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
    fn terms_out_of_order_or_repeated_are_refused() {
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
    fn ngrams_of_no_tokens_or_too_many_are_refused() {
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
