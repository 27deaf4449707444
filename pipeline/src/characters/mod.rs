//! Character n-grams: runs of consecutive characters as terms, beside the terms of tokens or
//! instead of them.
//!
//! 1. Each Unicode scalar value of a text is one character, [folded](fold): whitespace to a space,
//!    every other character to its simple lower case.
//! 2. Runs of [`ngram_min`](CharacterSettings::ngram_min) to
//!    [`ngram_max`](CharacterSettings::ngram_max) consecutive characters are *n-grams*; they may
//!    span spaces.
//! 3. The n-grams of the [`CharacterVocabulary`] are counted, weighted and normalised as the terms
//!    of tokens are. With both kinds, each kind is a *block* of the row with a norm of its own, and
//!    the logit is the sum of both dot products and the intercept.

mod block;
mod folding;
mod pool;
mod settings;
mod vocabulary;

pub use block::{CharacterBlock, CharacterParts};
pub use folding::{UNKNOWN_CHARACTER, fold, folding_table};
pub use pool::CharacterPool;
pub use settings::CharacterSettings;
pub use vocabulary::CharacterVocabulary;
