//! Check of a source before training: counts, and rows that deserve a look.

mod display;
mod lengths;
mod report;
mod scan;

pub use lengths::Lengths;
pub use report::{Conflict, FileRows, LabelCounts, Listed, Report, RowLabel, Rows, ValueCount};
pub use scan::{check, check_location, check_locations};
