//! Lengths of the n-grams, and the n-grams of a text.

use serde::{Deserialize, Serialize};

use super::folding::fold;
use crate::error::PipelineError;

/// How a text becomes character n-grams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CharacterSettings {
    /// Number of characters of the shortest n-gram, 1 or more.
    pub ngram_min: usize,
    /// Number of characters of the longest n-gram, at most [`Self::NGRAM_LIMIT`].
    pub ngram_max: usize,
}

impl CharacterSettings {
    /// Largest `ngram_max` that the engines are tested with.
    pub const NGRAM_LIMIT: usize = 8;

    /// Checks that the lengths are in range and in order.
    ///
    /// # Errors
    /// [`PipelineError::CharacterLengths`] when they are not.
    pub const fn validate(&self) -> Result<(), PipelineError> {
        let Self {
            ngram_min,
            ngram_max,
        } = *self;
        if ngram_min == 0 || ngram_min > ngram_max || ngram_max > Self::NGRAM_LIMIT {
            return Err(PipelineError::CharacterLengths {
                min: ngram_min,
                max: ngram_max,
                limit: Self::NGRAM_LIMIT,
            });
        }
        Ok(())
    }

    /// Returns every n-gram of `text`, repeats included: the shortest first, those of one length in
    /// the order of the text.
    #[must_use]
    pub fn ngrams(&self, text: &str) -> Vec<String> {
        let characters: Vec<char> = text.chars().map(fold).collect();

        (self.ngram_min..=self.ngram_max)
            .flat_map(|length| characters.windows(length).map(|run| run.iter().collect()))
            .collect()
    }
}

impl Default for CharacterSettings {
    /// Returns n-grams of two to five characters.
    fn default() -> Self {
        Self {
            ngram_min: 2,
            ngram_max: 5,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ngrams_are_the_runs_of_folded_characters_across_spaces() {
        let settings = CharacterSettings {
            ngram_min: 1,
            ngram_max: 3,
        };

        assert_eq!(settings.ngrams("A\tÉ"), ["a", " ", "é", "a ", " é", "a é"]);
        assert!(settings.ngrams("").is_empty());
        assert_eq!(CharacterSettings::default().ngrams("🔥!"), ["🔥!"]);
    }

    #[test]
    fn lengths_out_of_range_or_order_are_rejected() {
        for (min, max) in [(0, 2), (3, 2), (2, 9)] {
            let settings = CharacterSettings {
                ngram_min: min,
                ngram_max: max,
            };
            let limit = CharacterSettings::NGRAM_LIMIT;

            assert_eq!(
                settings.validate(),
                Err(PipelineError::CharacterLengths { min, max, limit })
            );
        }
        assert_eq!(CharacterSettings::default().validate(), Ok(()));
    }
}
