//! Results of a pass over a text: its tokens, and its row times the linear model.

use std::iter::Sum;

/// Number of tokens of one or more texts; for a model of character n-grams alone, of characters that
/// are not whitespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenCounts {
    /// All tokens, or characters.
    pub all: usize,
    /// Tokens that are terms of the vocabulary, or characters that are part of an n-gram of it.
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

/// A text's normalised TF-IDF row times the weights of a linear model; with both kinds of terms the
/// sum over their rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Projection {
    /// The dot product; 0 for a text without known terms.
    pub product: f64,
    /// Number of different terms of the text that the vocabulary has.
    pub known_terms: u32,
}
