//! Text to tokens to TF-IDF to a probability, in plain Rust: the definition that every engine
//! follows.
//!
//! 1. A text is split into *tokens*, the maximal runs of token characters ([`TokenCharacters`]);
//!    their ASCII letters are lower-cased.
//! 2. Runs of 1 to `ngram_max` tokens are *terms*. Terms in the [`Vocabulary`] are counted, others
//!    are ignored.
//! 3. A count times its term's inverse document frequency ([`smooth_idf`]) is the term's weight.
//!    The weights of a text are divided by their Euclidean norm; a text without known terms keeps
//!    zeros.
//! 4. The dot product with the coefficients plus the intercept is the *logit*, and its [`sigmoid`]
//!    the *probability*. A pipeline of [character n-grams](CharacterBlock) has their dot product in
//!    place of that of the tokens, or the sum of both.
//! 5. A text is *relevant* when the probability is at least the threshold
//!    ([`Prediction::from_logit`]).
//!
//! Training computes in `f64`; its result, a [`Pipeline`], holds `f32`. [`Scorer`] and
//! [`Predictor`] compute the same predictions as [`Pipeline::predict`], to the bit and in less
//! time.

mod characters;
mod error;
mod explanation;
mod golden;
pub mod graph;
mod idf;
mod kernel;
mod ngram_pool;
mod numbers;
mod pipeline;
mod token;
mod unicode;
mod vocabulary;

pub use characters::{
    CharacterBlock, CharacterParts, CharacterPool, CharacterSettings, CharacterVocabulary,
    UNKNOWN_CHARACTER, fold, folding_table,
};
pub use error::PipelineError;
pub use explanation::{Explanation, TermContribution, TokenContribution};
pub use golden::{GoldenMismatch, GoldenSentence};
pub use idf::smooth_idf;
pub use kernel::{
    BLOCK_BYTES, CharacterScorer, Coefficients, Predictor, Projection, ScoreBuffer, Scorer,
    TokenCounts, TokenScan, WordScorer, byte_mask,
};
pub use ngram_pool::NgramPool;
pub use pipeline::{Labels, Pipeline, PipelineParts, Prediction, Term, TermKind, sigmoid};
pub use token::{TokenCharacters, tokens};
pub use vocabulary::{FeatureSettings, Vocabulary};
