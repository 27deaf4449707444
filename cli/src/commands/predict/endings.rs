//! Kinds of outputs, and of tables, by the endings of their names.

use std::path::Path;

/// Kind of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// Values between commas.
    Csv,
    /// Values between tabs.
    Tsv,
    /// One JSON object a line.
    Jsonl,
    Parquet,
}

/// Compression of a whole output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
    Zstd,
}

/// Format and compression by the name of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The ending in lower case, without that of a compression.
    pub name: Option<String>,
    pub compression: Compression,
}

impl Ending {
    pub fn of(path: &Path) -> Self {
        let last = extension(path);
        let compression = match last.as_deref() {
            Some("gz") => Compression::Gzip,
            Some("zst") => Compression::Zstd,
            _ => Compression::None,
        };
        let name = if compression == Compression::None {
            last
        } else {
            path.file_stem().map(Path::new).and_then(extension)
        };
        Self { name, compression }
    }

    /// The kind of table that the ending stands for.
    pub fn table(&self) -> Option<TableKind> {
        match self.name.as_deref()? {
            "csv" => Some(TableKind::Csv),
            "tsv" | "tab" => Some(TableKind::Tsv),
            "jsonl" | "ndjson" => Some(TableKind::Jsonl),
            "parquet" => Some(TableKind::Parquet),
            _ => None,
        }
    }
}

fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_before_that_of_a_compression_counts() {
        for (path, table, compression) in [
            ("a.csv", Some(TableKind::Csv), Compression::None),
            ("a/b.TSV.gz", Some(TableKind::Tsv), Compression::Gzip),
            ("b.ndjson.zst", Some(TableKind::Jsonl), Compression::Zstd),
            ("b.parquet", Some(TableKind::Parquet), Compression::None),
            ("b.txt", None, Compression::None),
            ("csv", None, Compression::None),
        ] {
            let ending = Ending::of(Path::new(path));
            assert_eq!(
                (ending.table(), ending.compression),
                (table, compression),
                "{path}"
            );
        }
    }
}
