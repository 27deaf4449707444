//! A location to the source behind it.

use std::ffi::OsStr;
use std::path::Path;
use std::slice;

use url::Url;

use super::archive::Archive;
use super::csv::Csv;
use super::embedded::{EMBEDDED, Embedded};
use super::file::{Origin, SourceFile, Streams};
use super::json::Json;
use super::kind::{Kind, find_kind};
#[cfg(not(feature = "postgres"))]
use super::location::public_name;
use super::location::{Variables, is_postgres, parse_url};
use super::pattern::expand;
use super::row::Source;
use super::settings::SourceSettings;
use super::several::Several;
use super::sqlite::Sqlite;
use crate::error::DataError;

/// Opens the embedded archive ([`EMBEDDED`]), a file or a table on a server.
///
/// - A file is at a path, a `file://` URL, an `https://` or `http://` URL or the URL of an object
///   store: `s3://`, `gs://` or `az://`, with credentials and region from the environment; `-` is
///   the standard input. It is an archive, a SQLite file, Parquet, CSV or JSON, and may be
///   compressed by gzip, Zstandard, bzip2, xz or zip. Content decides first (compression, SQLite,
///   Parquet), then the name's ending (`.tar.gz`, `.tgz`, `.parquet`, `.csv`, `.tsv`, `.tab`,
///   `.json`, `.jsonl`, `.ndjson`), then the text.
/// - A path with `*`, `?` or `[`, or the URL of an object store with `*` or `[`, is a pattern, whose
///   files are read one after the other; such a URL that ends in `/` is a folder with all objects below it.
/// - A folder holds Parquet files (`*.parquet`, `part-*`), which are read in the order of their
///   names; folders in it that are called `column=value` are partitions, whose names are columns.
/// - A `postgres://` URL is a server.
///
/// A database runs the query of the settings or gives the whole table. Changes of a SQLite file
/// that are still in its write-ahead log (`-wal`) are read from a temporary copy of both, so nothing
/// is written beside the file.
///
/// # Errors
///
/// When the file cannot be read or is of no known kind; when the settings have a query and the
/// location is not a database; when this build lacks the feature that reads the location.
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
    let variables = Variables::of_environment();
    let locations: Vec<_> = locations.iter().map(AsRef::as_ref).collect();
    open_locations(&locations, settings, &variables)
}

fn open_locations(
    locations: &[&OsStr],
    settings: &SourceSettings,
    variables: &Variables,
) -> Result<Box<dyn Source>, DataError> {
    let mut sources = expand(locations, variables)?
        .iter()
        .map(|location| open_location(location, settings, variables))
        .collect::<Result<Vec<_>, _>>()?;

    match (sources.len(), sources.pop()) {
        (1, Some(source)) => Ok(source),
        (_, last) => {
            sources.extend(last);
            Ok(Box::new(Several {
                name: None,
                sources,
            }))
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
    if url.is_none()
        && let Some(folder) = open_folder(Path::new(location), &settings)?
    {
        return Ok(folder);
    }
    let origin = Origin::at(location, &settings, variables, Streams::Copied)?;
    open_file(SourceFile::new(origin, &settings)?, settings)
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

/// Opens a folder of Parquet files; none when the path is not a folder or has none.
#[cfg(feature = "parquet")]
fn open_folder(
    path: &Path,
    settings: &SourceSettings,
) -> Result<Option<Box<dyn Source>>, DataError> {
    use super::parquet::{Parquet, Parts, parts};

    if !path.is_dir() {
        return Ok(None);
    }
    let folder = path.display().to_string();
    let Parts { parquet, other } = parts(path).map_err(DataError::file("read", &folder))?;
    if parquet.is_empty() {
        return Ok(None);
    }
    if let Some(other) = other {
        return Err(DataError::MixedFolder {
            folder,
            other: other.display().to_string(),
        });
    }
    if settings.query.is_some() {
        return Err(DataError::QueryOnFile { location: folder });
    }

    let open = |path| -> Result<Box<dyn Source>, DataError> {
        let file = SourceFile::new(Origin::at_path(path, Streams::Copied)?, settings)?;
        let settings = settings.clone();
        Ok(Box::new(Parquet { file, settings }))
    };
    Ok(Some(Box::new(Several {
        name: Some(folder),
        sources: parquet.into_iter().map(open).collect::<Result<_, _>>()?,
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

#[cfg(not(all(feature = "parquet", feature = "postgres")))]
fn feature_disabled(location: String, feature: &'static str) -> DataError {
    DataError::FeatureDisabled { location, feature }
}
