//! Character n-grams as ONNX's `TfIdfVectorizer` stores them: one pool of characters, shorter
//! n-grams first.

use super::settings::CharacterSettings;
use super::vocabulary::CharacterVocabulary;
use crate::error::PipelineError;

/// Attributes `pool_strings` and `ngram_counts` of the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharacterPool {
    /// Characters of every n-gram, one after the other, in the order of the columns.
    pub characters: Vec<char>,
    /// Indexes in `characters` at which the n-grams of 1, 2, … characters start: `[ngram_max]`.
    pub starts: Vec<usize>,
}

impl CharacterPool {
    /// Splits the n-grams of a vocabulary into characters.
    #[must_use]
    pub fn new(vocabulary: &CharacterVocabulary, settings: CharacterSettings) -> Self {
        let ngrams = vocabulary.ngrams().iter();
        let characters = ngrams.flat_map(|ngram| ngram.chars()).collect();

        let mut starts = vec![0];
        let columns = vocabulary.first_columns(settings.ngram_max);
        for (length, pair) in (1..).zip(columns.windows(2)) {
            let ngrams = pair[1] - pair[0];
            starts.push(starts[length - 1] + length * ngrams);
        }

        Self { characters, starts }
    }

    /// Joins the characters to the n-grams of a vocabulary.
    ///
    /// # Errors
    /// [`PipelineError::Pool`] when `starts` does not divide `characters` into whole n-grams, and
    /// the errors of [`CharacterVocabulary::new`].
    pub fn vocabulary(
        &self,
        settings: CharacterSettings,
    ) -> Result<CharacterVocabulary, PipelineError> {
        settings.validate()?;
        if self.starts.len() != settings.ngram_max || self.starts.first() != Some(&0) {
            return Err(self.error());
        }

        let ends = self.starts.iter().skip(1).copied();
        let ends = ends.chain([self.characters.len()]);
        let mut ngrams = Vec::new();
        for ((length, &start), end) in (1..).zip(&self.starts).zip(ends) {
            let characters = self.characters.get(start..end);
            let runs = characters.ok_or_else(|| self.error())?.chunks_exact(length);
            if !runs.remainder().is_empty() {
                return Err(self.error());
            }
            ngrams.extend(runs.map(|run| run.iter().collect::<String>()));
        }

        CharacterVocabulary::new(ngrams, settings)
    }

    fn error(&self) -> PipelineError {
        PipelineError::Pool {
            tokens: self.characters.len(),
            starts: self.starts.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vocabulary_survives_the_pool() {
        for (ngrams, ngram_min, ngram_max, starts) in [
            (vec!["a", "水", "a ", "ab"], 1, 2, vec![0, 2]),
            (vec!["a ", "ab"], 2, 3, vec![0, 0, 4]),
            (vec!["abcd"], 2, 5, vec![0, 0, 0, 0, 4]),
        ] {
            let settings = CharacterSettings {
                ngram_min,
                ngram_max,
            };
            let ngrams: Vec<String> = ngrams.into_iter().map(String::from).collect();
            let vocabulary = CharacterVocabulary::new(ngrams, settings).unwrap();

            let pool = CharacterPool::new(&vocabulary, settings);
            assert_eq!(pool.starts, starts);
            assert_eq!(pool.vocabulary(settings), Ok(vocabulary));
        }
    }

    #[test]
    fn a_pool_that_is_not_whole_ngrams_is_rejected() {
        let settings = CharacterSettings {
            ngram_min: 1,
            ngram_max: 2,
        };
        for starts in [vec![], vec![0], vec![1, 2], vec![0, 2], vec![0, 9]] {
            let pool = CharacterPool {
                characters: vec!['a', 'b', 'c'],
                starts: starts.clone(),
            };
            assert_eq!(
                pool.vocabulary(settings),
                Err(PipelineError::Pool { tokens: 3, starts })
            );
        }
    }
}
