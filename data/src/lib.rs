//! Reads an archive, a database or a file into labelled examples, checks them and splits them.
//!
#![cfg_attr(
    feature = "dataset",
    doc = "[`open`] opens the [`Source`] at a location, [`Dataset::read`] reads its rows as examples, and \
           [`Split::new`] assigns them to training, validation and test."
)]
//!
//! Heavy sources are features: `compression`, `object-store`, `parquet` and `postgres`. Without a feature its
//! locations are errors. Without the feature `dataset` only [`table`] is there.

#[cfg(feature = "dataset")]
pub mod archive;
#[cfg(feature = "dataset")]
pub mod check;
#[cfg(feature = "dataset")]
mod dataset;
mod error;
mod excerpt;
mod gzip;
mod magic;
#[cfg(feature = "dataset")]
mod shell;
mod source;
#[cfg(feature = "dataset")]
mod sqlite_file;

/// Files with text or a table, and the records and objects in them, below the sources of rows.
pub mod table {
    pub use crate::source::columns::{find_kept, find_text};
    pub use crate::source::csv::{Dialect, Layout, Record, RecordEnds, Records, SAMPLE_BYTES};
    pub use crate::source::file::{OnDisk, SourceFile};
    pub use crate::source::json::{
        JsonObject, JsonText, ObjectLines, Objects, SEARCHED_OBJECTS, read_text,
    };
    pub use crate::source::kind::{Kind, begins_json};
    pub use crate::source::location::public_name;
    pub use crate::source::pattern::{Match, check_distinct, is_pattern, matches};
    pub use crate::source::same_file::is_same_file;
}

#[cfg(feature = "dataset")]
pub use dataset::{
    dictionary_column::DictionaryColumn,
    labels::error::LabelsError,
    labels::label::{Label, ParseLabelError},
    labels::mapping::{LabelOrigin, Labelling},
    labels::settings::{LabelSettings, Unlabelled},
    near_duplicates::{NearDuplicate, NearDuplicates, near_duplicates},
    normalize::normalize,
    places::Places,
    rows::{Dataset, LeftOut, ParseUndecidedError, Undecided},
    sampling::sample,
    split::{
        ParseSplitByError, Split, SplitBy, SplitKeys, SplitSettings, StratumPlan, folds,
        stratified_part,
    },
    string_arena::StringArena,
};
pub use error::DataError;
pub use excerpt::excerpt;
pub use source::SourceSettings;
#[cfg(feature = "dataset")]
pub use source::{EMBEDDED, Row, Source, open, open_all, open_texts, open_with, with_proposal};
