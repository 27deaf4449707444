//! Errors of building a pipeline from numbers and terms.

/// An error in the parts of a pipeline.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum PipelineError {
    /// The longest n-gram has no tokens, or more than the engines are tested with.
    #[error("`ngram_max` is {got}, it must be 1 to {max}")]
    NgramMax {
        /// The given value.
        got: usize,
        /// Largest accepted value.
        max: usize,
    },
    /// The vocabulary has no term.
    #[error("the vocabulary is empty")]
    EmptyVocabulary,
    /// A term that no text can produce under the feature settings.
    #[error(
        "term {index} of the vocabulary, `{term}`, is not 1 to {ngram_max} lower-case tokens \
         joined by single spaces"
    )]
    Term {
        /// Column of the term.
        index: usize,
        /// The term as given.
        term: String,
        /// Length of the longest n-gram.
        ngram_max: usize,
    },
    /// A term that is repeated, or not sorted by number of tokens and then by bytes.
    #[error("term {index} of the vocabulary, `{term}`, is out of order or repeated")]
    TermOrder {
        /// Column of the term.
        index: usize,
        /// The term as given.
        term: String,
    },
    /// Lengths of character n-grams that are out of range or order.
    #[error(
        "`char_ngram_min` is {min} and `char_ngram_max` is {max}, they must be 1 to {limit}, the \
         minimum at most the maximum"
    )]
    CharacterLengths {
        /// Length of the shortest n-gram.
        min: usize,
        /// Length of the longest n-gram.
        max: usize,
        /// Largest accepted length.
        limit: usize,
    },
    /// A character n-gram that no text can produce under the settings.
    #[error(
        "character n-gram {index} of the vocabulary, `{ngram}`, is not {min} to {max} folded \
         characters"
    )]
    CharacterNgram {
        /// Column of the n-gram among the character n-grams.
        index: usize,
        /// The n-gram as given.
        ngram: String,
        /// Length of the shortest n-gram.
        min: usize,
        /// Length of the longest n-gram.
        max: usize,
    },
    /// A character n-gram that is repeated, or not sorted by number of characters and then by
    /// bytes.
    #[error("character n-gram {index} of the vocabulary, `{ngram}`, is out of order or repeated")]
    CharacterNgramOrder {
        /// Column of the n-gram among the character n-grams.
        index: usize,
        /// The n-gram as given.
        ngram: String,
    },
    /// A list of numbers whose length is not that of the vocabulary.
    #[error("{got} {what} for {terms} terms")]
    Length {
        /// Name of the list, as `idf weights` or `coefficients`.
        what: &'static str,
        /// Its length.
        got: usize,
        /// Number of terms in the vocabulary.
        terms: usize,
    },
    /// A number that is infinite or NaN.
    #[error("{what} has the value {value}, which is not a finite number")]
    NotFinite {
        /// Name of the number, with its column if it has one.
        what: String,
        /// The given value.
        value: f32,
    },
    /// A threshold outside the open interval from 0 to 1.
    #[error("the threshold is {got}, it must be more than 0 and less than 1")]
    Threshold {
        /// The given value.
        got: f32,
    },
    /// Both labels have the same name.
    #[error("both labels are `{label}`")]
    SameLabels {
        /// The name.
        label: String,
    },
    /// A pool of tokens that the offsets do not divide into whole terms.
    #[error(
        "{tokens} pooled tokens are not whole terms when terms of 1, 2, … tokens start at \
         {starts:?}"
    )]
    Pool {
        /// Number of tokens in the pool.
        tokens: usize,
        /// Offset at which the terms of each length start.
        starts: Vec<usize>,
    },
}
