//! A location to the source behind it.

use std::sync::Arc;

use super::archive::Archive;
use super::csv::CommaSeparated;
use super::embedded::{EMBEDDED, Embedded};
use super::file::SourceFile;
use super::json_lines::JsonLines;
use super::location::parse_url;
use super::parquet::{PARQUET_MAGIC, Parquet};
use super::postgres::Postgres;
use super::postgres::connection::{Connector, is_postgres};
use super::row::Source;
use super::settings::SourceSettings;
use super::sqlite::Sqlite;
use crate::archive::GZIP_MAGIC;
use crate::error::DataError;
use crate::sqlite_file::SQLITE_MAGIC;

/// Opens the embedded archive ([`EMBEDDED`]) or a file: an archive, a SQLite file, Parquet, CSV or JSON
/// lines.
///
/// A URL `postgres://` is a server, of which the query of the settings is read, else the whole table.
///
/// The file is at a path, a `file://` URL or the URL of an object store: `s3://`, `gs://` or `az://`, with
/// credentials and region from the environment. Content decides first (gzip, SQLite, Parquet), then the name's
/// ending (`.tar.gz`, `.tgz`, `.parquet`, `.csv`, `.jsonl`, `.ndjson`).
///
/// # Errors
///
/// When the file cannot be read or is of no known kind; when the settings have a query and it is no server.
pub fn open(location: &str, settings: &SourceSettings) -> Result<Box<dyn Source>, DataError> {
    let variables = std::env::vars_os();
    let variables = variables
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    open_with(location, settings, variables)
}

/// As [`open`], with `variables` in place of the environment's.
///
/// # Errors
///
/// As [`open`].
pub fn open_with(
    location: &str,
    settings: &SourceSettings,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Box<dyn Source>, DataError> {
    let settings = settings.clone();
    if location == EMBEDDED && settings.query.is_none() {
        return Ok(Box::new(Embedded { settings }));
    }
    let variables = variables.into_iter().collect();
    let file = match parse_url(location)? {
        Some(url) if is_postgres(&url) => {
            let connector = Arc::new(Connector::new(&url, &variables)?);
            return Ok(Box::new(Postgres {
                connector,
                settings,
            }));
        }
        Some(url) => SourceFile::find(&url, &variables)?,
        None => SourceFile::Disk(location.into()),
    };
    open_file(file, settings)
}

fn open_file(file: SourceFile, settings: SourceSettings) -> Result<Box<dyn Source>, DataError> {
    if settings.query.is_some() {
        return Err(DataError::QueryOnFile {
            location: file.name(),
        });
    }
    let header = file.header()?;
    let begins_with = |magic: &[u8]| header.bytes().starts_with(magic);
    if begins_with(SQLITE_MAGIC) {
        Ok(Box::new(Sqlite { file, settings }))
    } else if begins_with(GZIP_MAGIC) || file.ends_in(&[".tar.gz", ".tgz"]) {
        Ok(Box::new(Archive { file, settings }))
    } else if begins_with(PARQUET_MAGIC) || file.ends_in(&[".parquet"]) {
        Ok(Box::new(Parquet { file, settings }))
    } else if file.ends_in(&[".csv"]) {
        Ok(Box::new(CommaSeparated { file, settings }))
    } else if file.ends_in(&[".jsonl", ".ndjson"]) {
        Ok(Box::new(JsonLines { file, settings }))
    } else {
        Err(DataError::UnknownKind {
            location: file.name(),
        })
    }
}
