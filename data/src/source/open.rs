//! A location to the source behind it.

use url::Url;

use super::archive::Archive;
use super::csv::Csv;
use super::embedded::{EMBEDDED, Embedded};
use super::file::SourceFile;
use super::json::Json;
use super::location::{Variables, parse_url, public_name};
use super::row::Source;
use super::settings::SourceSettings;
use super::sqlite::Sqlite;
use crate::archive::GZIP_MAGIC;
use crate::error::DataError;
use crate::sqlite_file::SQLITE_MAGIC;

/// First bytes of every Parquet file.
const PARQUET_MAGIC: &[u8; 4] = b"PAR1";

/// Opens the embedded archive ([`EMBEDDED`]), a file or a table on a server.
///
/// - A file is at a path, a `file://` URL or the URL of an object store: `s3://`, `gs://` or
///   `az://`, with credentials and region from the environment. It is an archive, a SQLite file,
///   Parquet, CSV or JSON. Content decides first (gzip, SQLite, Parquet), then the name's
///   ending (`.tar.gz`, `.tgz`, `.parquet`, `.csv`, `.json`, `.jsonl`,
///   `.ndjson`).
/// - A `postgres://` URL is a server.
///
/// A database runs the query of the settings or gives the whole table. Changes of a SQLite file
/// that are still in its write-ahead log (`-wal`) are read from a temporary copy of both, so nothing
/// is written beside the file.
///
/// # Errors
///
/// When the file cannot be read or is of no known kind; when the settings have a query and the
/// location is no database; when this build lacks the feature that reads the location.
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
    if location == EMBEDDED {
        return Ok(Box::new(Embedded { settings }));
    }

    let variables = variables.into_iter().collect();
    let file = match parse_url(location)? {
        Some(url) if is_postgres(&url) => return open_postgres(&url, &variables, settings),
        Some(url) => open_url(&url, &variables)?,
        None => SourceFile::Disk(location.into()),
    };

    open_file(file, settings)
}

/// Returns whether the URL is one of a PostgreSQL server.
fn is_postgres(url: &Url) -> bool {
    ["postgres", "postgresql"].contains(&url.scheme())
}

#[cfg(feature = "postgres")]
fn open_postgres(
    url: &Url,
    variables: &Variables,
    settings: SourceSettings,
) -> Result<Box<dyn Source>, DataError> {
    use super::postgres::Postgres;

    Ok(Box::new(Postgres::new(url, variables, settings)?))
}

#[cfg(not(feature = "postgres"))]
fn open_postgres(
    url: &Url,
    _variables: &Variables,
    _settings: SourceSettings,
) -> Result<Box<dyn Source>, DataError> {
    Err(feature_disabled(public_name(url), "postgres"))
}

/// Opens a `file://` URL or the URL of an object store.
fn open_url(url: &Url, variables: &Variables) -> Result<SourceFile, DataError> {
    if url.scheme() != "file" {
        return open_object(url, variables);
    }

    let path = url
        .to_file_path()
        .map_err(|()| DataError::InvalidLocation {
            location: public_name(url),
            cause: "it names no absolute local path".to_owned(),
        })?;
    Ok(SourceFile::Disk(path))
}

#[cfg(feature = "object-store")]
fn open_object(url: &Url, variables: &Variables) -> Result<SourceFile, DataError> {
    use super::object::Object;

    Object::open(url, variables).map(SourceFile::Object)
}

#[cfg(not(feature = "object-store"))]
fn open_object(url: &Url, _variables: &Variables) -> Result<SourceFile, DataError> {
    Err(feature_disabled(public_name(url), "object-store"))
}

fn open_file(file: SourceFile, settings: SourceSettings) -> Result<Box<dyn Source>, DataError> {
    let header = file.header()?;
    let begins_with = |magic: &[u8]| header.bytes().starts_with(magic);

    if begins_with(SQLITE_MAGIC) {
        Ok(Box::new(Sqlite { file, settings }))
    } else if begins_with(GZIP_MAGIC) || file.ends_in(&[".tar.gz", ".tgz"]) {
        Ok(Box::new(Archive { file, settings }))
    } else if file.ends_in(&[".db", ".sqlite", ".sqlite3"]) && !begins_with(PARQUET_MAGIC) {
        // Not a database, or an encrypted one, which the source says.
        Ok(Box::new(Sqlite { file, settings }))
    } else if settings.query.is_some() {
        Err(DataError::QueryOnFile {
            location: file.name(),
        })
    } else if begins_with(PARQUET_MAGIC) || file.ends_in(&[".parquet"]) {
        open_parquet(file, settings)
    } else if file.ends_in(&[".csv"]) {
        Ok(Box::new(Csv { file, settings }))
    } else if file.ends_in(&[".json", ".jsonl", ".ndjson"]) {
        Ok(Box::new(Json { file, settings }))
    } else {
        Err(DataError::UnknownKind {
            location: file.name(),
        })
    }
}

#[cfg(feature = "parquet")]
#[expect(
    clippy::unnecessary_wraps,
    reason = "without the feature this is an error"
)]
fn open_parquet(file: SourceFile, settings: SourceSettings) -> Result<Box<dyn Source>, DataError> {
    use super::parquet::Parquet;

    Ok(Box::new(Parquet { file, settings }))
}

#[cfg(not(feature = "parquet"))]
#[expect(
    clippy::needless_pass_by_value,
    reason = "with the feature the source keeps both"
)]
fn open_parquet(file: SourceFile, _settings: SourceSettings) -> Result<Box<dyn Source>, DataError> {
    Err(feature_disabled(file.name(), "parquet"))
}

#[cfg(not(all(feature = "object-store", feature = "parquet", feature = "postgres")))]
fn feature_disabled(location: String, feature: &'static str) -> DataError {
    DataError::FeatureDisabled { location, feature }
}
