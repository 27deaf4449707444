//! Kinds of files by the endings of their names and by their first bytes.

use std::path::Path;

/// Magic number at the start of a Parquet file.
const PARQUET_MAGIC: &[u8] = b"PAR1";
/// Magic number at the start of a gzip file.
const GZIP_MAGIC: &[u8] = b"\x1f\x8b";
/// Magic number at the start of a Zstandard file.
const ZSTD_MAGIC: &[u8] = b"\x28\xb5\x2f\xfd";

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

/// Compression of a whole file.
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
            "tsv" => Some(TableKind::Tsv),
            "jsonl" | "ndjson" => Some(TableKind::Jsonl),
            "parquet" => Some(TableKind::Parquet),
            _ => None,
        }
    }
}

impl Compression {
    /// Finds the compression by the first bytes of a file.
    pub fn by_magic(start: &[u8]) -> Self {
        if start.starts_with(GZIP_MAGIC) {
            Self::Gzip
        } else if start.starts_with(ZSTD_MAGIC) {
            Self::Zstd
        } else {
            Self::None
        }
    }
}

/// Whether a file begins as Parquet.
pub fn is_parquet(start: &[u8]) -> bool {
    start.starts_with(PARQUET_MAGIC)
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
