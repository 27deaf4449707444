//! Terms of tokens scored in one pass over a text.

use std::ops::Range;

use super::projection::{Projection, TokenCounts};
use super::term_index::{TermBuffer, TermIndex};
use crate::vocabulary::{FeatureSettings, Vocabulary};

/// Vocabulary of tokens and its inverse document frequencies in a form for scoring many texts.
#[derive(Clone, Debug)]
pub struct WordScorer {
    index: TermIndex,
    /// Inverse document frequencies: `[vocabulary]`.
    idf: Vec<f32>,
}

/// Buffer that is reused from text to text.
#[derive(Clone, Debug, Default)]
pub(crate) struct WordBuffer {
    terms: TermBuffer,
    columns: Vec<u32>,
}

impl WordBuffer {
    /// Frees the memory when a very long text made the buffer grow beyond 256 KiB.
    pub(super) fn trim(&mut self) {
        const MAX_KEPT_BYTES: usize = 1 << 18;

        if self.terms.capacity() > MAX_KEPT_BYTES {
            *self = Self::default();
        }
    }
}

impl WordScorer {
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
    pub(crate) fn idf(&self) -> &[f32] {
        &self.idf
    }

    /// Counts the tokens of `text`, and those that are terms by themselves.
    pub(super) fn count_tokens(&self, text: &str, buffer: &mut WordBuffer) -> TokenCounts {
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
    pub(super) fn project(
        &self,
        text: &str,
        coefficients: &[f32],
        buffer: &mut WordBuffer,
    ) -> Projection {
        let WordBuffer { terms, columns } = buffer;
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
