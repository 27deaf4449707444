//! An archive, a database or a file in; labelled examples, checked and split, out.
//!
//! [`open`] finds a [`Source`] behind a location, [`Dataset::read`] takes its rows as examples, and
//! [`Split::new`] deals them to training, validation and test.

pub mod archive;
pub mod check;
mod dataset;
mod dictionary_column;
mod digest;
mod error;
mod label;
mod near_duplicates;
mod normalize;
mod replace;
mod sampling;
mod source;
mod split;
mod sqlite_file;
mod string_arena;

pub use dataset::{Dataset, ParseUndecidedError, Undecided};
pub use dictionary_column::DictionaryColumn;
pub use error::DataError;
pub use label::{Label, ParseLabelError};
pub use near_duplicates::{NearDuplicate, NearDuplicates, near_duplicates};
pub use normalize::normalize;
pub use sampling::sample;
pub use source::{EMBEDDED, Row, Source, SourceSettings, open, open_with};
pub use split::{ParseSplitByError, Split, SplitBy, SplitSettings, folds};
pub use string_arena::StringArena;
