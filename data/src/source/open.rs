//! A location to the source behind it.

use std::ffi::OsStr;
use std::path::Path;
use std::slice;

use url::Url;

use super::archive::Archive;
use super::csv::Csv;
use super::embedded::{EMBEDDED, Embedded};
use super::file::{Origin, SourceFile};
use super::json::Json;
use super::kind::{Kind, find_kind};
use super::location::{Variables, parse_url, public_name};
use super::row::Source;
use super::settings::SourceSettings;
use super::several::{Several, expand};
use super::sqlite::Sqlite;
use crate::error::DataError;

/// Location of the standard input.
const STANDARD_INPUT: &str = "-";

/// Opens the embedded archive ([`EMBEDDED`]), a file or a table on a server.
///
/// - A file is at a path, a `file://` URL, an `https://` or `http://` URL or the URL of an object
///   store: `s3://`, `gs://` or `az://`, with credentials and region from the environment; `-` is
///   the standard input. It is an archive, a SQLite file, Parquet, CSV or JSON, and may be
///   compressed by gzip, Zstandard, bzip2, xz or zip. Content decides first (compression, SQLite,
///   Parquet), then the name's ending (`.tar.gz`, `.tgz`, `.parquet`, `.csv`, `.tsv`, `.tab`,
///   `.json`, `.jsonl`, `.ndjson`), then the text.
/// - A path with `*`, `?` or `[` is a pattern, whose files are read one after the other.
/// - A folder holds Parquet files (`*.parquet`, `part-*`), which are read in the order of their
///   names.
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
pub fn open(
    location: impl AsRef<OsStr>,
    settings: &SourceSettings,
) -> Result<Box<dyn Source>, DataError> {
    open_all(slice::from_ref(&location), settings)
}

/// As [`open`], with `variables` in place of the environment's.
///
/// # Errors
///
/// As [`open`].
pub fn open_with(
    location: impl AsRef<OsStr>,
    settings: &SourceSettings,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Box<dyn Source>, DataError> {
    let variables = variables.into_iter().collect();
    open_locations(&[location.as_ref()], settings, &variables)
}

/// As [`open`], with the rows of several locations, one after the other.
///
/// # Errors
///
/// As [`open`]; [`DataError::SameLocation`] when a location is there twice.
pub fn open_all(
    locations: &[impl AsRef<OsStr>],
    settings: &SourceSettings,
) -> Result<Box<dyn Source>, DataError> {
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let locations: Vec<_> = locations.iter().map(AsRef::as_ref).collect();
    open_locations(&locations, settings, &variables)
}

fn open_locations(
    locations: &[&OsStr],
    settings: &SourceSettings,
    variables: &Variables,
) -> Result<Box<dyn Source>, DataError> {
    let mut sources = expand(locations)?
        .iter()
        .map(|location| open_location(location, settings, variables))
        .collect::<Result<Vec<_>, _>>()?;

    match (sources.len(), sources.pop()) {
        (1, Some(source)) => Ok(source),
        (_, last) => {
            sources.extend(last);
            Ok(Box::new(Several(sources)))
        }
    }
}

fn open_location(
    location: &OsStr,
    settings: &SourceSettings,
    variables: &Variables,
) -> Result<Box<dyn Source>, DataError> {
    let settings = settings.clone();
    if location == EMBEDDED {
        return Ok(Box::new(Embedded { settings }));
    }

    let url = location.to_str().map_or(Ok(None), parse_url)?;
    if let Some(url) = url.as_ref().filter(|url| is_postgres(url)) {
        return open_postgres(url, variables, settings);
    }
    let origin = match url {
        Some(url) => open_url(&url, variables, &settings)?,
        None if location == STANDARD_INPUT => Origin::standard_input()?,
        None => match open_folder(Path::new(location), &settings)? {
            Some(folder) => return Ok(folder),
            None => Origin::at_path(location.into())?,
        },
    };
    open_file(SourceFile::open(origin, &settings)?, settings)
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

/// Opens a `file://` URL, the URL of a web server or of an object store.
fn open_url(
    url: &Url,
    variables: &Variables,
    settings: &SourceSettings,
) -> Result<Origin, DataError> {
    match url.scheme() {
        "file" => {}
        "http" | "https" => return open_download(url, settings),
        _ => return open_object(url, variables),
    }

    let path = url
        .to_file_path()
        .map_err(|()| DataError::InvalidLocation {
            location: public_name(url),
            cause: "it names no absolute local path".to_owned(),
        })?;
    Origin::at_path(path)
}

#[cfg(feature = "object-store")]
fn open_download(url: &Url, settings: &SourceSettings) -> Result<Origin, DataError> {
    super::file::download(url, settings.max_unpacked_bytes)
}

#[cfg(not(feature = "object-store"))]
fn open_download(url: &Url, _settings: &SourceSettings) -> Result<Origin, DataError> {
    Err(feature_disabled(public_name(url), "object-store"))
}

#[cfg(feature = "object-store")]
fn open_object(url: &Url, variables: &Variables) -> Result<Origin, DataError> {
    use super::object::Object;

    Object::open(url, variables).map(Origin::Object)
}

#[cfg(not(feature = "object-store"))]
fn open_object(url: &Url, _variables: &Variables) -> Result<Origin, DataError> {
    Err(feature_disabled(public_name(url), "object-store"))
}

fn open_file(file: SourceFile, settings: SourceSettings) -> Result<Box<dyn Source>, DataError> {
    let kind = find_kind(&file, &settings)?;
    if settings.query.is_some() && !matches!(kind, Kind::Sqlite | Kind::Archive) {
        return Err(DataError::QueryOnFile {
            location: file.name(),
        });
    }

    match kind {
        Kind::Sqlite => Ok(Box::new(Sqlite { file, settings })),
        Kind::Archive => Ok(Box::new(Archive { file, settings })),
        Kind::Parquet => open_parquet(file, settings),
        Kind::Csv => {
            let file = file.into_text(&settings)?;
            Ok(Box::new(Csv { file, settings }))
        }
        Kind::Json => {
            let file = file.into_text(&settings)?;
            Ok(Box::new(Json { file, settings }))
        }
    }
}

/// Opens a folder of Parquet files; none when the path is no folder or has none.
#[cfg(feature = "parquet")]
fn open_folder(
    path: &Path,
    settings: &SourceSettings,
) -> Result<Option<Box<dyn Source>>, DataError> {
    use super::parquet::{ParquetFolder, parts};

    if !path.is_dir() {
        return Ok(None);
    }
    let parts = parts(path).map_err(DataError::file("read", path.display().to_string()))?;
    if parts.is_empty() {
        return Ok(None);
    }
    if settings.query.is_some() {
        return Err(DataError::QueryOnFile {
            location: path.display().to_string(),
        });
    }

    Ok(Some(Box::new(ParquetFolder {
        folder: path.to_owned(),
        parts,
        settings: settings.clone(),
    })))
}

#[cfg(not(feature = "parquet"))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "with the feature the folder may be unreadable"
)]
fn open_folder(
    _path: &Path,
    _settings: &SourceSettings,
) -> Result<Option<Box<dyn Source>>, DataError> {
    Ok(None)
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
