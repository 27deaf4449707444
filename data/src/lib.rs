//! An archive, a database or a file in; labelled examples, checked and split, out.
//!
//! [`open`] finds a [`Source`] behind a location, [`Dataset::read`] takes its rows as examples, and
//! [`Split::new`] deals them to training, validation and test.

pub mod archive;
pub mod check;
mod column;
mod dataset;
mod digest;
mod error;
mod label;
mod near_duplicates;
mod replace;
mod source;
mod split;
mod spread;
mod sqlite_file;
mod texts;
mod wording;

pub use column::Column;
pub use dataset::{Dataset, ParseUndecidedError, Undecided};
pub use error::DataError;
pub use label::{Label, ParseLabelError};
pub use near_duplicates::{NearDuplicate, NearDuplicates, near_duplicates};
pub use source::{EMBEDDED, Row, Source, SourceSettings, open, open_with};
pub use split::{ParseSplitByError, Split, SplitBy, SplitSettings, folds};
pub use spread::spread;
pub use texts::Texts;
pub use wording::wording;
