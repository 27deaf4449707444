//! Dealing examples to training, validation and test.
//!
//! Where a text goes depends on its wording, its group or its time and on the seed, not on its place among the rows:
//! a shuffled table gives the same split.

mod folds;
mod groups;
mod settings;
mod stratified;
mod subsets;
mod time;

pub use folds::folds;
pub use settings::{ParseSplitByError, SplitBy, SplitSettings};
pub use subsets::Split;
