//! Hand-optimised scoring, each part held by tests against a simple definition.
//!
//! - [`mod@byte_mask`] classifies 64 bytes at a time.
//! - [`TokenScan`] finds tokens 64 bytes at a time, [`tokens`](crate::tokens) one character at a
//!   time.
//! - [`TermIndex`](term_index::TermIndex) finds terms without building strings,
//!   [`FeatureSettings::terms`](crate::FeatureSettings::terms) and
//!   [`Vocabulary::column`](crate::Vocabulary::column) with them.
//! - [`CharacterIndex`](character_index::CharacterIndex) finds character n-grams without building
//!   strings, [`CharacterSettings::ngrams`](crate::CharacterSettings::ngrams) with them.
//! - [`PerfectMap`](perfect_map::PerfectMap) is a hash map that needs no probing.
//! - [`Scorer`] and [`Predictor`] score in one pass, [`Pipeline::logit`](crate::Pipeline::logit) in
//!   steps.

mod byte_mask;
mod character_index;
mod character_scorer;
mod perfect_map;
mod projection;
mod scorer;
pub(crate) mod term_index;
mod token_scan;
mod word_scorer;

pub use byte_mask::{BLOCK_BYTES, byte_mask};
pub use character_scorer::CharacterScorer;
pub use projection::{Projection, TokenCounts};
pub use scorer::{Coefficients, Predictor, ScoreBuffer, Scorer};
pub use token_scan::TokenScan;
pub use word_scorer::WordScorer;
