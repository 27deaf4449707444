//! Text to tokens to TF-IDF to a probability, in plain Rust: the definition that every engine obeys.
//!
//! A text is cut into *tokens*, the maximal runs of token characters ([`TokenCharacters`]); the ASCII letters of each
//! token are lower-cased; runs of 1 to `ngram_max` tokens are *terms*, counted; a term outside the [`Vocabulary`]
//! counts for nothing. A count times its term's inverse document frequency is the term's weight, and the weights of a
//! text are divided by their Euclidean norm (a text without known terms keeps zeros). The dot product with the
//! coefficients plus the intercept is the *logit*, its sigmoid the *probability*, and a text is *relevant* when the
//! probability is at least the threshold. Training computes in `f64`; what it hands over, a [`Pipeline`], holds `f32`.

mod error;
mod explanation;
mod golden;
pub mod graph;
mod idf;
mod ngram_pool;
mod perfect_map;
mod pipeline;
mod scan;
mod scorer;
mod terms;
mod token;
mod unicode;
mod vocabulary;

pub use error::PipelineError;
pub use explanation::{Explanation, TermContribution, TokenContribution};
pub use golden::GoldenSentence;
pub use idf::smooth_idf;
pub use ngram_pool::NgramPool;
pub use pipeline::{Labels, Pipeline, PipelineParts, Prediction, sigmoid};
pub use scan::TokenScan;
pub use scorer::{Predictor, ScoreBuffer, Scorer, TokenCounts};
pub use token::{TokenCharacters, tokens};
pub use vocabulary::{FeatureSettings, Vocabulary};
