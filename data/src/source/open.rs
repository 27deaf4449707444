//! A location to the source behind it.

use std::fs::File;
use std::path::Path;

use super::archive::Archive;
use super::comma_separated::CommaSeparated;
use super::embedded::{EMBEDDED, Embedded};
use super::json_lines::JsonLines;
use super::row::Source;
use super::settings::SourceSettings;
use super::sqlite::Sqlite;
use crate::archive::GZIP_MAGIC;
use crate::error::DataError;
use crate::sqlite_file::{Header, SQLITE_MAGIC};

/// Opens the embedded archive ([`EMBEDDED`]) or a file: an archive, a SQLite file, CSV or JSON lines.
///
/// Content decides first (gzip, SQLite), then the name's ending (`.tar.gz`, `.tgz`, `.csv`, `.jsonl`,
/// `.ndjson`).
///
/// # Errors
///
/// When the file cannot be read or is of no known kind.
pub fn open(location: &str, settings: &SourceSettings) -> Result<Box<dyn Source>, DataError> {
    let settings = settings.clone();
    if location == EMBEDDED {
        return Ok(Box::new(Embedded { settings }));
    }
    let path = Path::new(location).to_owned();
    let mut file = File::open(&path).map_err(DataError::file("open", location))?;
    let header = Header::read(&mut file).map_err(DataError::file("read", location))?;
    let lower = location.to_ascii_lowercase();
    let ends_in = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    if header.bytes().starts_with(SQLITE_MAGIC) {
        Ok(Box::new(Sqlite { path, settings }))
    } else if header.bytes().starts_with(GZIP_MAGIC) || ends_in(&[".tar.gz", ".tgz"]) {
        Ok(Box::new(Archive { path, settings }))
    } else if ends_in(&[".csv"]) {
        Ok(Box::new(CommaSeparated { path, settings }))
    } else if ends_in(&[".jsonl", ".ndjson"]) {
        Ok(Box::new(JsonLines { path, settings }))
    } else {
        Err(DataError::UnknownKind { location: location.to_owned() })
    }
}
