//! An archive, a database or a file in; labelled examples, checked and split, out.
//!
//! [`open`] finds a [`Source`] behind a location, [`Dataset::read`] takes its rows as examples, and
//! [`Split::new`] deals them to training, validation and test.

pub mod archive;
pub mod check;
mod dataset;
mod error;
mod source;
mod sqlite_file;

pub use dataset::dictionary_column::DictionaryColumn;
pub use dataset::label::{Label, ParseLabelError};
pub use dataset::near_duplicates::{NearDuplicate, NearDuplicates, near_duplicates};
pub use dataset::normalize::normalize;
pub use dataset::rows::{Dataset, ParseUndecidedError, Undecided};
pub use dataset::sampling::sample;
pub use dataset::split::{ParseSplitByError, Split, SplitBy, SplitSettings, folds};
pub use dataset::string_arena::StringArena;
pub use error::DataError;
pub use source::{EMBEDDED, Row, Source, SourceSettings, open, open_with};
