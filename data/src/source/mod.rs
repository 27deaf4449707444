//! Sources of rows, one file or folder per kind.

#[cfg(feature = "dataset")]
mod archive;
#[cfg(any(feature = "object-store", feature = "postgres"))]
mod background;
pub(crate) mod columns;
pub(crate) mod csv;
#[cfg(feature = "dataset")]
mod embedded;
pub(crate) mod file;
pub(crate) mod json;
pub(crate) mod kind;
#[cfg(feature = "object-store")]
mod listing;
pub(crate) mod location;
#[cfg(feature = "object-store")]
mod object;
#[cfg(feature = "dataset")]
mod open;
#[cfg(feature = "parquet")]
mod parquet;
pub(crate) mod pattern;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "dataset")]
mod proposal;
#[cfg(feature = "dataset")]
mod row;
pub(crate) mod same_file;
mod settings;
#[cfg(feature = "dataset")]
mod several;
#[cfg(feature = "dataset")]
mod sqlite;
#[cfg(feature = "dataset")]
mod texts;
mod validation;

#[cfg(feature = "dataset")]
pub use embedded::EMBEDDED;
#[cfg(feature = "dataset")]
pub use open::{open, open_all, open_with};
#[cfg(feature = "dataset")]
pub use proposal::with_proposal;
#[cfg(feature = "dataset")]
pub use row::{Row, Source};
pub use settings::SourceSettings;
#[cfg(feature = "dataset")]
pub use texts::open_texts;

#[cfg(feature = "dataset")]
pub(crate) use columns::MISSION_LABEL_COLUMNS;
