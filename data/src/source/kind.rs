//! Kind of a file, by its first bytes, else by the ending of its name, else by its text.

use super::csv::SAMPLE_BYTES;
#[cfg(feature = "dataset")]
use super::csv::looks_like_csv;
use super::file::{SourceFile, is_tar};
#[cfg(feature = "dataset")]
use super::settings::SourceSettings;
use crate::error::DataError;
use crate::magic;

/// Kind of a file that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A gzip tarball of a SQLite database.
    Archive,
    /// Text with delimiters.
    Csv,
    /// Objects in any layout.
    Json,
    /// Columns with types.
    Parquet,
    /// A database.
    Sqlite,
}

/// Endings of names, each with its kind.
const ENDINGS: [(Kind, &[&str]); 5] = [
    (Kind::Archive, &[".tar.gz", ".tgz"]),
    (Kind::Parquet, &[".parquet"]),
    (Kind::Csv, &[".csv", ".tsv", ".tab"]),
    (Kind::Json, &[".json", ".jsonl", ".ndjson"]),
    // Not a database, or an encrypted one, which the source says.
    (Kind::Sqlite, &[".db", ".sqlite", ".sqlite3"]),
];

/// A kind that cannot be read.
struct Unsupported {
    /// Offset and bytes of its magic.
    magic: (usize, &'static [u8]),
    name: &'static str,
    advice: &'static str,
}

const CONVERT: &str = "convert it to Parquet, CSV or JSON lines";
const SAVE_AS_CSV: &str = "save it as CSV";
const UNPACK: &str = "unpack it and name the file in it";

const UNSUPPORTED: [Unsupported; 14] = [
    unsupported(
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Excel or other Office file",
        SAVE_AS_CSV,
    ),
    unsupported(0, b"%PDF-", "a PDF file", SAVE_AS_CSV),
    unsupported(0, b"Obj\x01", "an Avro file", CONVERT),
    unsupported(0, b"ORC", "an ORC file", CONVERT),
    unsupported(0, b"ARROW1", "an Arrow file", CONVERT),
    unsupported(0, b"\x89HDF\r\n", "an HDF5 file", CONVERT),
    unsupported(0, b"\x93NUMPY", "a NumPy file", CONVERT),
    unsupported(0, b"\x80\x04\x95", "a Python pickle", CONVERT),
    unsupported(0, b"\x80\x05\x95", "a Python pickle", CONVERT),
    unsupported(8, b"DUCK", "a DuckDB database", CONVERT),
    unsupported(4, b"Standard ", "a Microsoft Access database", SAVE_AS_CSV),
    unsupported(0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    unsupported(0, b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    unsupported(0, b"\x04\x22\x4d\x18", "an LZ4 file", UNPACK),
];

const fn unsupported(
    offset: usize,
    magic: &'static [u8],
    name: &'static str,
    advice: &'static str,
) -> Unsupported {
    Unsupported {
        magic: (offset, magic),
        name,
        advice,
    }
}

/// Finds the kind of the file.
#[cfg(feature = "dataset")]
pub(super) fn find_kind(file: &SourceFile, settings: &SourceSettings) -> Result<Kind, DataError> {
    match file.find_kind()? {
        Some(kind) => Ok(kind),
        None => find_text_kind(file, settings),
    }
}

impl SourceFile {
    /// Finds the kind of the file by its first bytes, else by the ending of its name; none for a
    /// text whose name does not say it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is empty, or is of a kind that is known but not supported.
    pub fn find_kind(&self) -> Result<Option<Kind>, DataError> {
        let first = self.first_bytes_until(SAMPLE_BYTES as u64, has_line_of_text)?;
        let named = ENDINGS
            .into_iter()
            .find(|(_, endings)| self.ends_in(endings));
        let named = named.map(|(kind, _)| kind);

        if first.starts_with(magic::SQLITE) {
            return Ok(Some(Kind::Sqlite));
        }
        if Self::is_tarball(&first) || named == Some(Kind::Archive) {
            return Ok(Some(Kind::Archive));
        }
        if first.starts_with(magic::PARQUET) {
            return Ok(Some(Kind::Parquet));
        }
        if first.is_empty() {
            return Err(DataError::Empty { file: self.name() });
        }
        check_supported(&first, self)?;

        if named == Some(Kind::Parquet) && looks_like_text(&first) {
            return Err(DataError::UnsupportedKind {
                location: self.name(),
                kind: "text, not a Parquet file",
                advice: "name it `.csv` or `.jsonl` if it is CSV or JSON lines",
            });
        }
        Ok(named)
    }
}

/// Returns an error for a file of a kind that is known but cannot be read.
fn check_supported(first: &[u8], file: &SourceFile) -> Result<(), DataError> {
    let unsupported = |kind, advice| DataError::UnsupportedKind {
        location: file.name(),
        kind,
        advice,
    };

    let has_magic = |kind: &&Unsupported| {
        let (offset, magic) = kind.magic;
        first
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    if let Some(kind) = UNSUPPORTED.iter().find(has_magic)
        // A text can begin with the letters of a magic.
        && (!looks_like_text(first) || kind.name == "a PDF file")
    {
        return Err(unsupported(kind.name, kind.advice));
    }
    if is_tar(first) {
        return Err(unsupported(
            "a tar archive that is not compressed by gzip",
            UNPACK,
        ));
    }
    if begins_html(first) {
        return Err(unsupported(
            "an HTML page",
            "it may be the page of a login or an error in place of a download: download the data \
             again",
        ));
    }
    Ok(())
}

/// Finds the kind of a text whose name does not say it.
#[cfg(feature = "dataset")]
fn find_text_kind(file: &SourceFile, settings: &SourceSettings) -> Result<Kind, DataError> {
    let text = match file.first_text(SAMPLE_BYTES as u64, settings) {
        Ok(text) => text,
        // A stream cannot be renamed, so why it is not a text is a better error.
        Err(error) if file.is_unnamed() => return Err(error),
        Err(error @ DataError::Setting { .. }) => return Err(error),
        Err(_) => {
            return Err(DataError::UnknownKind {
                location: file.name(),
            });
        }
    };
    if begins_json(&text) {
        return Ok(Kind::Json);
    }

    // A stream cannot be renamed, and who names a column has a table, so the missing columns are a better
    // error than the missing name.
    let names_column = settings.text_column.is_some() || settings.label_column.is_some();
    let needs_names = !file.is_unnamed() && !names_column;
    if looks_like_csv(&text, settings, needs_names) {
        return Ok(Kind::Csv);
    }
    Err(DataError::UnknownKind {
        location: file.name(),
    })
}

/// Returns whether the bytes are text up to the end of a line that is not empty, as no file of another
/// kind begins.
fn has_line_of_text(first: &[u8]) -> bool {
    first.trim_ascii_start().contains(&b'\n') && looks_like_text(first)
}

/// Returns whether the bytes have no control characters but those of a text.
fn looks_like_text(first: &[u8]) -> bool {
    first
        .iter()
        .all(|byte| *byte >= b' ' || byte.is_ascii_whitespace())
}

/// Returns whether the text begins with a JSON object or an array of them.
#[must_use]
pub fn begins_json(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let inner = text.get(1..).unwrap_or_default().trim_ascii_start();
    match text.first() {
        Some(b'{') => matches!(inner, [b'"' | b'}', ..]),
        Some(b'[') => matches!(inner, [b'{' | b']', ..]),
        _ => false,
    }
}

fn begins_html(first: &[u8]) -> bool {
    let text = first.trim_ascii_start();
    [&b"<!doctype html"[..], b"<html"].iter().any(|tag| {
        text.get(..tag.len())
            .is_some_and(|beginning| beginning.eq_ignore_ascii_case(tag))
    })
}
