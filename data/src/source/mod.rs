//! Where rows come from: one file a kind of source.

mod archive;
mod background;
pub(crate) mod cloud;
mod columns;
mod csv;
mod embedded;
mod file;
mod json_lines;
mod json_object;
mod location;
mod object;
mod open;
mod parquet;
mod postgres;
mod row;
mod settings;
mod sqlite;

pub use embedded::EMBEDDED;
pub use open::{open, open_with};
pub use row::{Row, Source};
pub use settings::SourceSettings;

pub(crate) use settings::LABEL_COLUMNS;
