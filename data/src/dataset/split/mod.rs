//! Assignment of examples to the training, validation and test subsets.
//!
//! The subset of a text follows from its normalised text, its group or its time and from the seed,
//! or from a column that names it, not from its row number: a shuffled table gives the same split.

mod assign;
mod folds;
mod groups;
mod keys;
mod named;
mod part;
mod settings;
mod stratified;
mod subsets;
mod time;

pub use folds::folds;
pub use keys::SplitKeys;
pub use part::stratified_part;
pub use settings::{ParseSplitByError, SplitBy, SplitSettings};
pub use stratified::StratumPlan;
pub use subsets::Split;
