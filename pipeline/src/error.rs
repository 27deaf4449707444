//! Why numbers and terms do not make a pipeline.

/// What is wrong with the parts of a pipeline.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum PipelineError {
    /// N-grams of no tokens, or of more than the engines are tested with.
    #[error("`ngram_max` is {got}, it must be 1 to {max}")]
    NgramMax {
        /// The value that was given.
        got: usize,
        /// The largest value that is accepted.
        max: usize,
    },
    /// A pipeline must know at least one term.
    #[error("the vocabulary is empty")]
    EmptyVocabulary,
    /// A term that no text can produce under the feature settings.
    #[error(
        "term {index} of the vocabulary, `{term}`, is not 1 to {ngram_max} lower-case tokens joined by single spaces"
    )]
    Term {
        /// Column of the term.
        index: usize,
        /// The term as given.
        term: String,
        /// The longest n-gram of the settings.
        ngram_max: usize,
    },
    /// Terms are sorted by their number of tokens, then by their bytes, without repeats.
    #[error("term {index} of the vocabulary, `{term}`, is out of order or stands twice")]
    TermOrder {
        /// Column of the term.
        index: usize,
        /// The term as given.
        term: String,
    },
    /// One weight a term.
    #[error("{got} {what} for {terms} terms")]
    Length {
        /// Which numbers: `idf weights` or `coefficients`.
        what: &'static str,
        /// How many were given.
        got: usize,
        /// How many terms the vocabulary has.
        terms: usize,
    },
    /// Infinities and NaN cannot be scored with.
    #[error("{what} has the value {value}, which is not a finite number")]
    NotFinite {
        /// Which number, with its column if it has one.
        what: String,
        /// The value as given.
        value: f32,
    },
    /// A probability to compare with.
    #[error("the threshold is {got}, it must be more than 0 and less than 1")]
    Threshold {
        /// The value that was given.
        got: f32,
    },
    /// The two labels must be told apart.
    #[error("both labels are `{label}`")]
    SameLabels {
        /// The label that was given twice.
        label: String,
    },
    /// A pool of tokens that its starts do not cut into whole terms.
    #[error(
        "{tokens} pooled tokens are not whole terms when terms of 1, 2, … tokens start at {starts:?}"
    )]
    Pool {
        /// How many tokens there are.
        tokens: usize,
        /// Where the terms of each length begin.
        starts: Vec<usize>,
    },
}
