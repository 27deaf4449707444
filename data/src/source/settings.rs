//! Which table and columns hold the examples.

use serde::{Deserialize, Serialize};

/// Label columns that are tried, in this order, when the settings name none.
pub(crate) const LABEL_COLUMNS: [&str; 2] = ["choose_one", "class_label"];

/// Which table and columns hold the examples, and how much an archive may unpack to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceSettings {
    /// Table of a SQLite file or a PostgreSQL server, there with its schema before a dot if need be; `data` by default.
    pub table: String,
    /// What a PostgreSQL server is asked, one statement; by default the whole table.
    pub query: Option<String>,
    /// Column, or JSON key, of the sentence; `text` by default.
    pub text_column: String,
    /// Column, or JSON key, of the label; by default `choose_one`, else `class_label`.
    pub label_column: Option<String>,
    /// Further columns, or JSON keys, to keep: for the split by group or time and for slices; none by default.
    pub columns: Vec<String>,
    /// Longest database in bytes that an archive may unpack to; 1 GiB by default.
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
    /// The label columns that may be there, the first one first.
    pub(crate) fn label_columns(&self) -> Vec<&str> {
        match &self.label_column {
            Some(column) => vec![column],
            None => LABEL_COLUMNS.to_vec(),
        }
    }
}
