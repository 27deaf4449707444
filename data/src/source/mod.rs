//! Sources of rows, one file or folder per kind.

mod archive;
#[cfg(any(feature = "object-store", feature = "postgres"))]
mod background;
mod columns;
mod csv;
mod embedded;
mod file;
mod json;
mod kind;
mod location;
#[cfg(feature = "object-store")]
mod object;
mod open;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "postgres")]
mod postgres;
mod proposal;
mod row;
mod settings;
mod several;
mod sqlite;

pub use embedded::EMBEDDED;
pub use open::{open, open_all, open_with};
pub use proposal::with_proposal;
pub use row::{Row, Source};
pub use settings::SourceSettings;

pub(crate) use columns::MISSION_LABEL_COLUMNS;
