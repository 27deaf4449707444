//! Reads an archive, a database or a file into labelled examples, checks them and splits them.
//!
//! [`open`] opens the [`Source`] at a location, [`Dataset::read`] reads its rows as examples, and
//! [`Split::new`] assigns them to training, validation and test.
//!
//! Heavy sources are features: `compression`, `object-store`, `parquet` and `postgres`. Without a feature its
//! locations are errors.

pub mod archive;
pub mod check;
mod dataset;
mod error;
mod shell;
mod source;
mod sqlite_file;

pub use dataset::dictionary_column::DictionaryColumn;
pub use dataset::labels::error::LabelsError;
pub use dataset::labels::label::{Label, ParseLabelError};
pub use dataset::labels::mapping::{LabelOrigin, Labelling};
pub use dataset::labels::settings::{LabelSettings, Unlabelled};
pub use dataset::near_duplicates::{NearDuplicate, NearDuplicates, near_duplicates};
pub use dataset::normalize::normalize;
pub use dataset::places::Places;
pub use dataset::rows::{Dataset, LeftOut, ParseUndecidedError, Undecided};
pub use dataset::sampling::sample;
pub use dataset::split::{ParseSplitByError, Split, SplitBy, SplitSettings, folds};
pub use dataset::string_arena::StringArena;
pub use error::DataError;
pub use source::{EMBEDDED, Row, Source, SourceSettings, open, open_all, open_with, with_proposal};
