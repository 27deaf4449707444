//! Scoring in one pass over the terms of a text, for engines and for training.

use std::iter::Sum;
use std::ops::Range;
use std::sync::Arc;

use super::term_index::{TermBuffer, TermIndex};
use crate::pipeline::{Pipeline, Prediction};
use crate::vocabulary::{FeatureSettings, Vocabulary};

/// Vocabulary and its weights in a form for scoring many texts.
#[derive(Clone, Debug)]
pub struct Scorer {
    index: TermIndex,
    /// Inverse document frequencies: `[vocabulary]`.
    idf: Vec<f32>,
}

/// Number of tokens of one or more texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenCounts {
    /// All tokens.
    pub all: usize,
    /// Tokens that are terms of the vocabulary.
    pub known: usize,
}

impl Sum for TokenCounts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, text| Self {
            all: sum.all + text.all,
            known: sum.known + text.known,
        })
    }
}

/// A text's normalised TF-IDF row times the weights of a linear model.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Projection {
    /// The dot product; 0 for a text without known terms.
    pub product: f64,
    /// Number of different terms of the text that the vocabulary has.
    pub known_terms: u32,
}

/// Buffer that is reused from text to text.
#[derive(Clone, Debug, Default)]
pub struct ScoreBuffer {
    terms: TermBuffer,
    columns: Vec<u32>,
}

impl ScoreBuffer {
    /// Frees the memory when a very long text made the buffer grow beyond 256 KiB.
    pub fn trim(&mut self) {
        const MAX_KEPT_BYTES: usize = 1 << 18;

        if self.terms.capacity() > MAX_KEPT_BYTES {
            *self = Self::default();
        }
    }
}

impl Scorer {
    /// Builds a scorer from a vocabulary and its inverse document frequencies, `[vocabulary]`.
    #[must_use]
    pub fn new(vocabulary: &Vocabulary, settings: FeatureSettings, idf: Vec<f32>) -> Self {
        Self {
            index: TermIndex::new(vocabulary, settings),
            idf,
        }
    }

    /// Returns the number of terms.
    #[must_use]
    pub const fn terms(&self) -> usize {
        self.idf.len()
    }

    /// Returns the inverse document frequencies: `[vocabulary]`.
    #[must_use]
    pub fn idf(&self) -> &[f32] {
        &self.idf
    }

    /// Counts the tokens of `text`, and those that are terms by themselves.
    #[must_use]
    pub fn count_tokens(&self, text: &str, buffer: &mut ScoreBuffer) -> TokenCounts {
        let mut known = 0;
        self.find_columns(text, &mut buffer.terms, |_, tokens| {
            known += usize::from(tokens.len() == 1);
        });

        TokenCounts {
            all: buffer.terms.tokens(),
            known,
        }
    }

    /// Calls `visit` with the column of each known term of `text`, repeats included, and the
    /// indexes of its tokens.
    pub(crate) fn find_columns(
        &self,
        text: &str,
        buffer: &mut TermBuffer,
        visit: impl FnMut(u32, Range<usize>),
    ) {
        self.index.find(text, buffer, visit);
    }

    /// Projects `text` on `coefficients`, `[vocabulary]`.
    ///
    /// # Panics
    /// When there are fewer coefficients than terms.
    #[must_use]
    pub fn project(
        &self,
        text: &str,
        coefficients: &[f32],
        buffer: &mut ScoreBuffer,
    ) -> Projection {
        let ScoreBuffer { terms, columns } = buffer;
        self.index.columns(text, terms, columns);
        columns.sort_unstable();

        let (mut product, mut squares, mut known_terms) = (0.0, 0.0, 0);
        for occurrences in columns.chunk_by(|left, right| left == right) {
            let column = occurrences[0] as usize;
            #[expect(
                clippy::cast_precision_loss,
                reason = "a text has fewer than 2^52 tokens"
            )]
            let weight = occurrences.len() as f64 * f64::from(self.idf[column]);
            product += weight * f64::from(coefficients[column]);
            squares += weight * weight;
            known_terms += 1;
        }

        if squares > 0.0 {
            product /= squares.sqrt();
        }
        Projection {
            product,
            known_terms,
        }
    }
}

impl From<&Pipeline> for Scorer {
    fn from(pipeline: &Pipeline) -> Self {
        Self::new(
            pipeline.vocabulary(),
            *pipeline.features(),
            pipeline.idf().to_vec(),
        )
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
            .project(text, self.pipeline.coefficients(), buffer)
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
    use crate::pipeline::tests::pipeline;

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

                let projection = predictor.scorer.project(text, pipeline.coefficients(), &mut buffer);
                prop_assert_eq!(projection.known_terms as usize, pipeline.term_counts(text).len());
            }
        }
    }
}
