//! Where rows come from: one file a kind of source.

mod archive;
mod columns;
mod comma_separated;
mod embedded;
mod json_lines;
mod open;
mod row;
mod settings;
mod sqlite;

pub use embedded::EMBEDDED;
pub use open::open;
pub use row::{Row, Source};
pub use settings::SourceSettings;

pub(crate) use settings::LABEL_COLUMNS;
