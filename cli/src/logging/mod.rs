//! Log of the service on standard output, and export of its spans.

mod json_lines;
mod start;
mod traces;

pub use start::{Logging, start};
pub use traces::Traces;
