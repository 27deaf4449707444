//! Character n-grams scored in one pass over a text.

use std::ops::Range;

use super::character_index::{CharacterIndex, NgramBuffer};
use super::projection::{Projection, TokenCounts};
use crate::characters::{CharacterSettings, CharacterVocabulary, fold};

/// Character n-grams and their inverse document frequencies in a form for scoring many texts.
#[derive(Clone, Debug)]
pub struct CharacterScorer {
    index: CharacterIndex,
    /// Inverse document frequencies: `[ngrams]`.
    idf: Vec<f32>,
}

/// Buffer that is reused from text to text.
#[derive(Clone, Debug, Default)]
pub(crate) struct CharacterBuffer {
    ngrams: NgramBuffer,
    /// Columns of the text's n-grams, in the order of their first occurrence.
    columns: Vec<u32>,
    /// Number of occurrences by column, all 0 between texts.
    counts: Vec<u32>,
}

impl CharacterBuffer {
    /// Frees the memory when a very long text made the buffer grow beyond 16,384 characters; the
    /// counts stay, since their number is that of the n-grams of the vocabulary.
    pub(super) fn trim(&mut self) {
        const MAX_KEPT_CHARACTERS: usize = 1 << 14;

        if self.ngrams.capacity() > MAX_KEPT_CHARACTERS {
            self.ngrams = NgramBuffer::default();
            self.columns = Vec::new();
        }
    }
}

impl CharacterScorer {
    /// Builds a scorer from a vocabulary and its inverse document frequencies, `[ngrams]`.
    #[must_use]
    pub fn new(
        vocabulary: &CharacterVocabulary,
        settings: CharacterSettings,
        idf: Vec<f32>,
    ) -> Self {
        Self {
            index: CharacterIndex::new(vocabulary, settings),
            idf,
        }
    }

    /// Returns the number of n-grams.
    #[must_use]
    pub const fn ngrams(&self) -> usize {
        self.idf.len()
    }

    /// Returns the inverse document frequencies: `[ngrams]`.
    pub(crate) fn idf(&self) -> &[f32] {
        &self.idf
    }

    /// Counts the characters of `text` that are not whitespace, and those of them that are part of
    /// an n-gram of the vocabulary.
    pub(super) fn count_characters(&self, text: &str) -> TokenCounts {
        let mut counts = TokenCounts::default();
        for character in text.chars().filter(|&character| fold(character) != ' ') {
            counts.all += 1;
            counts.known += usize::from(self.index.is_known(character));
        }

        counts
    }

    /// Calls `visit` with the column of each known n-gram of `text`, repeats included, and the
    /// indexes of its characters.
    pub(crate) fn find_columns(&self, text: &str, visit: impl FnMut(u32, Range<usize>)) {
        self.index.find(text, visit);
    }

    /// Projects `text` on `coefficients`, `[ngrams]`.
    ///
    /// # Panics
    /// When there are fewer coefficients than n-grams.
    pub(super) fn project(
        &self,
        text: &str,
        coefficients: &[f32],
        buffer: &mut CharacterBuffer,
    ) -> Projection {
        let CharacterBuffer {
            ngrams,
            columns,
            counts,
        } = buffer;
        let occurrences = self.index.columns(text, ngrams);
        if columns.len() < occurrences.len() {
            columns.resize(occurrences.len(), 0);
        }
        if counts.len() < self.idf.len() {
            counts.resize(self.idf.len(), 0);
        }

        let mut found = 0;
        for &column in occurrences {
            let count = &mut counts[column as usize];
            columns[found] = column;
            found += usize::from(*count == 0);
            *count += 1;
        }

        let (mut product, mut squares) = (0.0, 0.0);
        for &column in &columns[..found] {
            let column = column as usize;
            let count = std::mem::take(&mut counts[column]);
            let weight = f64::from(count) * f64::from(self.idf[column]);
            product += weight * f64::from(coefficients[column]);
            squares += weight * weight;
        }

        if squares > 0.0 {
            product /= squares.sqrt();
        }
        Projection {
            product,
            known_terms: u32::try_from(found).expect("a vocabulary has fewer than 2^31 n-grams"),
        }
    }
}
