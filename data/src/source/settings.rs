//! Settings of a source.

use serde::{Deserialize, Serialize};

/// Table and columns with the examples, and the limit of an archive's unpacked size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceSettings {
    /// Table of a SQLite file or a PostgreSQL server (`schema.table` there); `data` by default.
    pub table: String,
    /// Query to a PostgreSQL server or a SQLite file, one statement that reads; the whole table by
    /// default.
    pub query: Option<String>,
    /// Column or JSON key of the sentence, or a path with dots (`data.text`) in JSON and Parquet; by
    /// default `text`, else the one among `sentence`, `message`, `review`, `comment` and `content`.
    pub text_column: Option<String>,
    /// Column, JSON key or path of the label; by default `choose_one`, else `class_label`, else the
    /// one among `label`, `target` and `class`.
    pub label_column: Option<String>,
    /// Further columns, JSON keys or paths to keep, for a split by group or time and for slices;
    /// none by default.
    pub columns: Vec<String>,
    /// Maximum size in bytes of the database that an archive unpacks to; 1 GiB by default.
    pub max_unpacked_bytes: u64,
}

impl Default for SourceSettings {
    fn default() -> Self {
        Self {
            table: "data".to_owned(),
            query: None,
            text_column: None,
            label_column: None,
            columns: Vec::new(),
            max_unpacked_bytes: 1 << 30,
        }
    }
}
