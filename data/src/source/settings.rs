//! Settings of a source.

use serde::{Deserialize, Serialize};

/// Table and columns with the examples, and the format of their file.
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
    /// Delimiter of a CSV file; by default a tab in a `.tsv` or `.tab` file, else the one that a
    /// first line `sep=;` names, else a comma, semicolon, tab or pipe, as the first records have it.
    pub delimiter: Option<char>,
    /// Quote of a CSV file; `"` by default.
    pub quote: Option<char>,
    /// Character of a CSV file that takes the meaning of the quote, delimiter or escape after it;
    /// by default none, and a quote within quotes is doubled.
    pub escape: Option<char>,
    /// Whether the first record of a CSV file names its columns, as by default; without it the
    /// columns are named `1`, `2`, ….
    pub header: bool,
    /// Encoding of a CSV or JSON file, by a label of the [Encoding Standard], as `windows-1252`; by
    /// default UTF-8, or UTF-16 after a byte order mark.
    ///
    /// [Encoding Standard]: https://encoding.spec.whatwg.org/#names-and-labels
    pub encoding: Option<String>,
    /// Maximum size in bytes of the database that an archive unpacks to, of a compressed file's
    /// content and of a download; 1 GiB by default.
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
            delimiter: None,
            quote: None,
            escape: None,
            header: true,
            encoding: None,
            max_unpacked_bytes: 1 << 30,
        }
    }
}
