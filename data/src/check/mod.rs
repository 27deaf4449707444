//! What is in a source, and what of it deserves a look before training.

mod display;
mod lengths;
mod report;
mod scan;

pub use lengths::Lengths;
pub use report::{Conflict, LabelCounts, Listed, Report, RowLabel, Rows, UnknownLabel};
pub use scan::{check, check_location};
