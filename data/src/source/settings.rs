//! Settings of a source.

use serde::{Deserialize, Serialize};

/// Label columns that are tried in this order when the settings name none.
pub(crate) const LABEL_COLUMNS: [&str; 2] = ["choose_one", "class_label"];

/// Table and columns with the examples, and the limit of an archive's unpacked size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceSettings {
    /// Table of a SQLite file or a PostgreSQL server (`schema.table` there); `data` by default.
    pub table: String,
    /// Query to a PostgreSQL server, one statement; the whole table by default.
    pub query: Option<String>,
    /// Column or JSON key of the sentence; `text` by default.
    pub text_column: String,
    /// Column or JSON key of the label; `choose_one`, else `class_label` by default.
    pub label_column: Option<String>,
    /// Further columns or JSON keys to keep, for a split by group or time and for slices; none by
    /// default.
    pub columns: Vec<String>,
    /// Maximum size in bytes of the database that an archive unpacks to; 1 GiB by default.
    pub max_unpacked_bytes: u64,
}

impl Default for SourceSettings {
    fn default() -> Self {
        Self {
            table: "data".to_owned(),
            query: None,
            text_column: "text".to_owned(),
            label_column: None,
            columns: Vec::new(),
            max_unpacked_bytes: 1 << 30,
        }
    }
}

impl SourceSettings {
    /// Returns the label columns to try, in order.
    pub(crate) fn label_columns(&self) -> Vec<&str> {
        match &self.label_column {
            Some(column) => vec![column],
            None => LABEL_COLUMNS.to_vec(),
        }
    }
}
