//! File of a source, on disk or in an object store.

use std::borrow::Cow;
use std::fs::File;
#[cfg(feature = "object-store")]
use std::io;
use std::io::Read;
use std::path::{Path, PathBuf};

use relevance_storage::TemporaryFolder;

#[cfg(feature = "object-store")]
use super::object::Object;
use crate::error::DataError;
use crate::sqlite_file::{HEADER_BYTES, Header};

/// File on disk or in an object store.
pub(super) enum SourceFile {
    Disk(PathBuf),
    #[cfg(feature = "object-store")]
    Object(Object),
}

impl SourceFile {
    /// Returns the path as given, or the URL without credentials.
    pub fn name(&self) -> String {
        match self {
            Self::Disk(path) => path.display().to_string(),
            #[cfg(feature = "object-store")]
            Self::Object(object) => object.name().to_owned(),
        }
    }

    /// Returns whether the name has one of the endings, regardless of case.
    pub fn ends_in(&self, endings: &[&str]) -> bool {
        let name = match self {
            Self::Disk(path) => path.to_string_lossy(),
            #[cfg(feature = "object-store")]
            Self::Object(object) => object.path().into(),
        };

        let lower = name.to_ascii_lowercase();
        endings.iter().any(|ending| lower.ends_with(ending))
    }

    /// Reads the first bytes.
    pub fn header(&self) -> Result<Header, DataError> {
        Header::read(&mut *self.read(Some(HEADER_BYTES as u64))?)
            .map_err(DataError::file("read", self.name()))
    }

    /// Opens an unbuffered reader of the bytes in order.
    pub fn reader(&self) -> Result<Box<dyn Read>, DataError> {
        self.read(None)
    }

    /// Opens a reader of the first `limit` bytes, or of all.
    fn read(&self, limit: Option<u64>) -> Result<Box<dyn Read>, DataError> {
        match self {
            Self::Disk(path) => {
                let file = File::open(path).map_err(DataError::file("open", self.name()))?;
                Ok(match limit {
                    Some(limit) => Box::new(file.take(limit)),
                    None => Box::new(file),
                })
            }
            #[cfg(feature = "object-store")]
            Self::Object(object) => Ok(Box::new(object.reader(limit))),
        }
    }

    /// Returns a file that can be read in any order; an object is copied to a temporary file.
    #[cfg_attr(
        not(feature = "object-store"),
        expect(
            clippy::unnecessary_wraps,
            reason = "only the download of an object fails"
        )
    )]
    pub fn on_disk(&self) -> Result<OnDisk<'_>, DataError> {
        match self {
            Self::Disk(path) => Ok(OnDisk {
                path: path.into(),
                _directory: None,
            }),
            #[cfg(feature = "object-store")]
            Self::Object(object) => {
                download(object).map_err(DataError::file("download", object.name()))
            }
        }
    }
}

/// File on disk; a copy is removed on drop.
pub(super) struct OnDisk<'f> {
    pub path: Cow<'f, Path>,
    _directory: Option<TemporaryFolder>,
}

#[cfg(feature = "object-store")]
fn download(object: &Object) -> io::Result<OnDisk<'static>> {
    // A directory, since SQLite may put its own files beside the database.
    let directory = TemporaryFolder::create()?;
    let path = directory.path().join("download");
    io::copy(&mut object.reader(None), &mut File::create(&path)?)?;
    Ok(OnDisk {
        path: path.into(),
        _directory: Some(directory),
    })
}
