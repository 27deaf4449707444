//! Vocabulary as ONNX's `TfIdfVectorizer` stores it: one pool of tokens, shorter n-grams first.

use crate::error::PipelineError;
use crate::vocabulary::{FeatureSettings, Vocabulary};

/// Attributes `pool_strings` and `ngram_counts` of the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NgramPool<'t> {
    /// Tokens of every term, one after the other, in the order of the columns.
    pub tokens: Vec<&'t str>,
    /// Indexes in `tokens` at which the terms of 1, 2, … tokens start: `[ngram_max]`.
    pub starts: Vec<usize>,
}

impl<'t> NgramPool<'t> {
    /// Splits the terms of a vocabulary into tokens.
    #[must_use]
    pub fn new(vocabulary: &'t Vocabulary, settings: &FeatureSettings) -> Self {
        let tokens = vocabulary
            .terms()
            .iter()
            .flat_map(|term| term.split(' '))
            .collect();

        let mut starts = vec![0];
        let columns = vocabulary.first_columns(settings.ngram_max);
        for (length, pair) in (1..).zip(columns.windows(2)) {
            let terms = pair[1] - pair[0];
            starts.push(starts[length - 1] + length * terms);
        }

        Self { tokens, starts }
    }

    /// Joins the tokens to the terms of a vocabulary.
    ///
    /// # Errors
    /// [`PipelineError::Pool`] when `starts` does not divide `tokens` into whole terms, and the
    /// errors of [`Vocabulary::new`].
    pub fn vocabulary(&self, settings: &FeatureSettings) -> Result<Vocabulary, PipelineError> {
        settings.validate()?;
        if self.starts.len() != settings.ngram_max || self.starts.first() != Some(&0) {
            return Err(self.error());
        }

        let ends = self.starts.iter().skip(1).copied();
        let ends = ends.chain([self.tokens.len()]);
        let mut terms = Vec::new();
        for ((length, &start), end) in (1..).zip(&self.starts).zip(ends) {
            let tokens = self.tokens.get(start..end).ok_or_else(|| self.error())?;
            let ngrams = tokens.chunks_exact(length);
            if !ngrams.remainder().is_empty() {
                return Err(self.error());
            }
            terms.extend(ngrams.map(|ngram| ngram.join(" ")));
        }

        Vocabulary::new(terms, settings)
    }

    fn error(&self) -> PipelineError {
        PipelineError::Pool {
            tokens: self.tokens.len(),
            starts: self.starts.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(terms: &[&str], settings: &FeatureSettings) -> Vocabulary {
        Vocabulary::new(terms.iter().map(ToString::to_string).collect(), settings).unwrap()
    }

    #[test]
    fn a_vocabulary_survives_the_pool() {
        for (terms, ngram_max, starts) in [
            (vec!["a", "b", "a b", "b b"], 2, vec![0, 2]),
            (vec!["a", "b"], 2, vec![0, 2]),
            (vec!["a b"], 2, vec![0, 0]),
            (vec!["a", "a b", "a b c"], 3, vec![0, 1, 3]),
            (vec!["a"], 1, vec![0]),
        ] {
            let settings = FeatureSettings {
                ngram_max,
                ..FeatureSettings::default()
            };
            let vocabulary = vocabulary(&terms, &settings);

            let pool = NgramPool::new(&vocabulary, &settings);
            assert_eq!(pool.starts, starts, "{terms:?}");
            assert_eq!(pool.vocabulary(&settings), Ok(vocabulary), "{terms:?}");
        }
    }

    #[test]
    fn a_pool_that_is_not_whole_terms_is_rejected() {
        let settings = FeatureSettings::default();
        let tokens = vec!["a", "b", "c"];
        for starts in [
            vec![],
            vec![0],
            vec![1, 2],
            vec![0, 2],
            vec![0, 9],
            vec![0, 1, 2],
        ] {
            let pool = NgramPool {
                tokens: tokens.clone(),
                starts: starts.clone(),
            };

            assert_eq!(
                pool.vocabulary(&settings),
                Err(PipelineError::Pool { tokens: 3, starts })
            );
        }
    }
}
