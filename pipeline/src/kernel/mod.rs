//! Hand-optimised scoring, each part held by tests against a simple definition.
//!
//! | part | definition |
//! | --- | --- |
//! | [`TokenScan`] finds tokens 64 bytes at a time | [`tokens`](crate::tokens) |
//! | [`TermIndex`](term_index::TermIndex) finds terms without strings | [`FeatureSettings::terms`](crate::FeatureSettings::terms), [`Vocabulary::column`](crate::Vocabulary::column) |
//! | [`PerfectMap`](perfect_map::PerfectMap) looks keys up without branches | a hash map |
//! | [`Scorer`] and [`Predictor`] score in one pass | [`Pipeline::logit`](crate::Pipeline::logit) |

mod perfect_map;
mod scorer;
pub(crate) mod term_index;
mod token_scan;

pub use scorer::{Predictor, ScoreBuffer, Scorer, TokenCounts};
pub use token_scan::TokenScan;
