//! CSV: dialect, layout and records of a delimited text file, with a header or with numbered
//! columns.

mod dialect;
mod errors;
mod fields;
mod layout;
mod quote_error;
mod record_ends;
mod records;
#[cfg(feature = "dataset")]
mod source;

pub use dialect::{Dialect, SAMPLE_BYTES};
pub use layout::Layout;
pub use record_ends::RecordEnds;
pub use records::{Record, Records};

#[cfg(feature = "dataset")]
pub(super) use layout::looks_like_csv;
#[cfg(feature = "dataset")]
pub(super) use source::Csv;
