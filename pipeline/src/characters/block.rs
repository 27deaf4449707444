//! Character n-grams of a pipeline with their numbers.

use serde::{Deserialize, Serialize};

use super::settings::CharacterSettings;
use super::vocabulary::CharacterVocabulary;
use crate::error::PipelineError;
use crate::numbers::check_columns;

/// Parts of a [`CharacterBlock`], before they are checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CharacterParts {
    /// How a text becomes n-grams.
    pub settings: CharacterSettings,
    /// N-grams in the order of their columns, as [`CharacterVocabulary`] sorts them.
    pub ngrams: Vec<String>,
    /// Inverse document frequencies: `[ngrams]`.
    pub idf: Vec<f32>,
    /// Weights of the linear model: `[ngrams]`.
    pub coefficients: Vec<f32>,
}

/// Checked character n-grams with their numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct CharacterBlock {
    settings: CharacterSettings,
    vocabulary: CharacterVocabulary,
    idf: Vec<f32>,
    coefficients: Vec<f32>,
}

impl CharacterBlock {
    /// Returns how a text becomes n-grams.
    #[must_use]
    pub const fn settings(&self) -> CharacterSettings {
        self.settings
    }

    /// Returns the known n-grams.
    #[must_use]
    pub const fn vocabulary(&self) -> &CharacterVocabulary {
        &self.vocabulary
    }

    /// Returns the inverse document frequencies: `[ngrams]`.
    #[must_use]
    pub fn idf(&self) -> &[f32] {
        &self.idf
    }

    /// Returns the weights of the linear model: `[ngrams]`.
    #[must_use]
    pub fn coefficients(&self) -> &[f32] {
        &self.coefficients
    }

    /// Counts the known n-grams of `text`: pairs of column and count, shorter n-grams first, those
    /// of one length in the order of their first occurrence.
    #[must_use]
    pub fn counts(&self, text: &str) -> Vec<(usize, u32)> {
        let mut counts: Vec<(usize, u32)> = Vec::new();
        let mut indexes = rustc_hash::FxHashMap::default();
        for ngram in self.settings.ngrams(text) {
            if let Some(column) = self.vocabulary.column(&ngram) {
                let index = *indexes.entry(column).or_insert(counts.len());
                match counts.get_mut(index) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((column, 1)),
                }
            }
        }

        counts
    }

    /// Returns the dot product of the coefficients and the normalised row of `text`, 0 without
    /// known n-grams.
    #[must_use]
    pub fn cosine(&self, text: &str) -> f64 {
        let (mut dot, mut squares) = (0.0, 0.0);
        for (column, count) in self.counts(text) {
            let weight = f64::from(count) * f64::from(self.idf[column]);
            dot += weight * f64::from(self.coefficients[column]);
            squares += weight * weight;
        }

        if squares > 0.0 {
            dot / squares.sqrt()
        } else {
            0.0
        }
    }
}

impl TryFrom<CharacterParts> for CharacterBlock {
    type Error = PipelineError;

    fn try_from(parts: CharacterParts) -> Result<Self, PipelineError> {
        let vocabulary = CharacterVocabulary::new(parts.ngrams, parts.settings)?;
        let ngrams = vocabulary.len();
        check_columns("character idf weights", &parts.idf, ngrams)?;
        check_columns("character coefficients", &parts.coefficients, ngrams)?;

        Ok(Self {
            settings: parts.settings,
            vocabulary,
            idf: parts.idf,
            coefficients: parts.coefficients,
        })
    }
}

impl From<CharacterBlock> for CharacterParts {
    fn from(block: CharacterBlock) -> Self {
        Self {
            settings: block.settings,
            ngrams: block.vocabulary.into_ngrams(),
            idf: block.idf,
            coefficients: block.coefficients,
        }
    }
}
