//! Scoring in one pass over a text, for engines and for training.

use std::sync::Arc;

use super::character_scorer::{CharacterBuffer, CharacterScorer};
use super::projection::{Projection, TokenCounts};
use super::word_scorer::{WordBuffer, WordScorer};
use crate::pipeline::{Pipeline, Prediction};

/// Terms of tokens, character n-grams or both in a form for scoring many texts.
#[derive(Clone, Debug)]
pub struct Scorer {
    words: Option<WordScorer>,
    characters: Option<CharacterScorer>,
}

/// Weights of the linear model for both kinds of terms.
#[derive(Clone, Copy, Debug)]
pub struct Coefficients<'a> {
    /// Weights of the terms of tokens: `[vocabulary]`.
    pub words: &'a [f32],
    /// Weights of the character n-grams: `[ngrams]`.
    pub characters: &'a [f32],
}

/// Buffer that is reused from text to text.
#[derive(Clone, Debug, Default)]
pub struct ScoreBuffer {
    words: WordBuffer,
    characters: CharacterBuffer,
}

impl ScoreBuffer {
    /// Frees the memory that a very long text made the buffer grow by.
    pub fn trim(&mut self) {
        self.words.trim();
        self.characters.trim();
    }
}

impl Scorer {
    /// Joins the scorers of both kinds of terms, one of which may be missing.
    #[must_use]
    pub const fn new(words: Option<WordScorer>, characters: Option<CharacterScorer>) -> Self {
        Self { words, characters }
    }

    /// Returns the scorer of the terms of tokens.
    #[must_use]
    pub const fn words(&self) -> Option<&WordScorer> {
        self.words.as_ref()
    }

    /// Returns the scorer of the character n-grams.
    #[must_use]
    pub const fn characters(&self) -> Option<&CharacterScorer> {
        self.characters.as_ref()
    }

    /// Counts the tokens of `text`, and those that are terms by themselves; without terms of tokens
    /// its characters.
    #[must_use]
    pub fn count_tokens(&self, text: &str, buffer: &mut ScoreBuffer) -> TokenCounts {
        match (&self.words, &self.characters) {
            (Some(words), _) => words.count_tokens(text, &mut buffer.words),
            (None, Some(characters)) => characters.count_characters(text),
            (None, None) => TokenCounts::default(),
        }
    }

    /// Projects `text` on `coefficients`.
    ///
    /// # Panics
    /// When there are fewer coefficients than terms.
    #[must_use]
    pub fn project(
        &self,
        text: &str,
        coefficients: Coefficients<'_>,
        buffer: &mut ScoreBuffer,
    ) -> Projection {
        let words = self
            .words
            .as_ref()
            .map_or_else(Projection::default, |words| {
                words.project(text, coefficients.words, &mut buffer.words)
            });
        let Some(characters) = &self.characters else {
            return words;
        };

        let characters = characters.project(text, coefficients.characters, &mut buffer.characters);
        Projection {
            product: words.product + characters.product,
            known_terms: words.known_terms + characters.known_terms,
        }
    }
}

impl From<&Pipeline> for Scorer {
    fn from(pipeline: &Pipeline) -> Self {
        let words = (!pipeline.vocabulary().is_empty()).then(|| {
            WordScorer::new(
                pipeline.vocabulary(),
                *pipeline.features(),
                pipeline.idf().to_vec(),
            )
        });
        let characters = pipeline.characters().map(|block| {
            CharacterScorer::new(block.vocabulary(), block.settings(), block.idf().to_vec())
        });

        Self::new(words, characters)
    }
}

impl<'p> From<&'p Pipeline> for Coefficients<'p> {
    fn from(pipeline: &'p Pipeline) -> Self {
        Self {
            words: pipeline.coefficients(),
            characters: pipeline
                .characters()
                .map_or(&[], |block| block.coefficients()),
        }
    }
}

/// Pipeline in a form for scoring many texts: the predictions of [`Pipeline::predict`], to the bit
/// and in less time.
#[derive(Clone, Debug)]
pub struct Predictor<'p> {
    pipeline: &'p Pipeline,
    scorer: Arc<Scorer>,
}

impl<'p> Predictor<'p> {
    /// Builds the scorer of a pipeline.
    #[must_use]
    pub fn new(pipeline: &'p Pipeline) -> Self {
        Self::with_scorer(pipeline, Arc::new(Scorer::from(pipeline)))
    }

    /// Uses a scorer that was built from the pipeline's vocabulary and inverse document
    /// frequencies.
    #[must_use]
    pub const fn with_scorer(pipeline: &'p Pipeline, scorer: Arc<Scorer>) -> Self {
        Self { pipeline, scorer }
    }

    /// Returns the pipeline.
    #[must_use]
    pub const fn pipeline(&self) -> &'p Pipeline {
        self.pipeline
    }

    /// Returns the same as [`Pipeline::logit`].
    #[must_use]
    pub fn logit(&self, text: &str, buffer: &mut ScoreBuffer) -> f64 {
        self.scorer
            .project(text, self.pipeline.into(), buffer)
            .product
            + f64::from(self.pipeline.intercept())
    }

    /// Returns the same as [`Scorer::count_tokens`].
    #[must_use]
    pub fn count_tokens(&self, text: &str, buffer: &mut ScoreBuffer) -> TokenCounts {
        self.scorer.count_tokens(text, buffer)
    }

    /// Returns the same as [`Pipeline::predict`].
    #[must_use]
    pub fn predict(&self, text: &str, buffer: &mut ScoreBuffer) -> Prediction {
        Prediction::from_logit(self.logit(text, buffer), self.pipeline.threshold())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::characters::{CharacterParts, CharacterSettings, CharacterVocabulary};
    use crate::pipeline::PipelineParts;
    use crate::pipeline::tests::pipeline;

    /// Returns the pipeline with every second n-gram of `texts` beside its terms or instead of
    /// them, or nothing when there is no n-gram.
    fn with_characters(
        texts: &[String],
        settings: CharacterSettings,
        words: bool,
    ) -> Option<Pipeline> {
        let mut ngrams: Vec<String> = texts
            .iter()
            .flat_map(|text| settings.ngrams(text))
            .collect();
        ngrams.retain(|ngram| !ngram.contains(crate::UNKNOWN_CHARACTER));
        ngrams.sort_by(|left, right| {
            CharacterVocabulary::order(left).cmp(&CharacterVocabulary::order(right))
        });
        ngrams.dedup();
        let ngrams: Vec<String> = ngrams.into_iter().step_by(2).collect();
        if ngrams.is_empty() {
            return None;
        }

        let number = |column: u16| f32::from(column.wrapping_mul(40_503) >> 8) / 64.0;
        let columns = 0..u16::try_from(ngrams.len()).unwrap();
        let mut parts = PipelineParts::from(pipeline());
        parts.characters = Some(CharacterParts {
            settings,
            ngrams,
            idf: columns.clone().map(|column| 1.0 + number(column)).collect(),
            coefficients: columns.map(|column| number(column) - 2.0).collect(),
        });
        if !words {
            parts.vocabulary.clear();
            parts.idf.clear();
            parts.coefficients.clear();
        }
        Some(parts.try_into().unwrap())
    }

    proptest! {
        #[test]
        fn a_predictor_gives_the_pipelines_predictions_to_the_bit(
            texts in prop::collection::vec("[a-cA-C fire,lod]{0,40}", 1..8),
        ) {
            let pipeline = pipeline();
            let (predictor, mut buffer) = (Predictor::new(&pipeline), ScoreBuffer::default());

            for text in &texts {
                let logit = predictor.logit(text, &mut buffer);
                prop_assert_eq!(logit.to_bits(), pipeline.logit(text).to_bits());
                prop_assert_eq!(predictor.predict(text, &mut buffer), pipeline.predict(text));

                let projection = predictor.scorer.project(text, (&pipeline).into(), &mut buffer);
                prop_assert_eq!(projection.known_terms as usize, pipeline.term_counts(text).len());
            }
        }

        #[test]
        fn characters_give_the_pipelines_predictions_to_the_bit(
            texts in prop::collection::vec("[a-dA-C \t\0éÉ水İ🔥]{0,30}|\\PC{0,12}", 1..8),
            (ngram_min, longer) in (1_usize..4, 0_usize..5),
            words in any::<bool>(),
        ) {
            let settings = CharacterSettings { ngram_min, ngram_max: ngram_min + longer };
            let Some(pipeline) = with_characters(&texts[..texts.len().div_ceil(2)], settings, words) else {
                return Ok(());
            };
            let (predictor, mut buffer) = (Predictor::new(&pipeline), ScoreBuffer::default());

            for text in &texts {
                let logit = predictor.logit(text, &mut buffer);
                prop_assert_eq!(logit.to_bits(), pipeline.logit(text).to_bits());

                let projection = predictor.scorer.project(text, (&pipeline).into(), &mut buffer);
                let characters = pipeline.characters().unwrap().counts(text).len();
                let known = pipeline.term_counts(text).len() + characters;
                prop_assert_eq!(projection.known_terms as usize, known);

                let explained = predictor.scorer.explain(text, (&pipeline).into(), pipeline.intercept());
                let terms: f64 = explained.terms.iter().map(|term| term.contribution).sum();
                let tokens: f64 = explained.tokens.iter().map(|token| token.contribution).sum();
                prop_assert_eq!(explained.terms.len(), known);
                prop_assert!((terms + explained.intercept - logit).abs() < 1e-9);
                prop_assert!((tokens + explained.intercept - logit).abs() < 1e-9);
            }
        }
    }
}
