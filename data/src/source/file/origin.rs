//! Origin of a file's bytes: a path, an object store, or a copy of what can be read only once.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
#[cfg(any(feature = "dataset", feature = "object-store"))]
use std::sync::{Mutex, PoisonError, Weak};

use relevance_storage::TemporaryFolder;

use url::Url;

use super::stream::Stream;
use crate::error::{CopyWriter, DataError, ReadError};
use crate::source::location::{Variables, is_web, parse_url, public_name};
#[cfg(feature = "object-store")]
use crate::source::object::Object;
use crate::source::settings::SourceSettings;

/// Location of the standard input.
const STANDARD_INPUT: &str = "-";

/// Name of the standard input in messages.
const STANDARD_INPUT_NAME: &str = "standard input";

/// Copies that are in use, by their locations: a stream that is opened again has no bytes left, and
/// a file of a web server need not be downloaded again.
#[cfg(any(feature = "dataset", feature = "object-store"))]
static COPIES: Mutex<Vec<(String, Weak<TemporaryCopy>)>> = Mutex::new(Vec::new());

/// Where the bytes of a file come from.
pub(in crate::source) enum Origin {
    Disk(PathBuf),
    #[cfg_attr(
        not(any(feature = "dataset", feature = "object-store")),
        expect(dead_code, reason = "streams are read once, and nothing is downloaded")
    )]
    Copy {
        name: String,
        /// Whether the name says nothing about the content.
        #[cfg_attr(
            all(
                feature = "object-store",
                not(any(feature = "dataset", feature = "compression"))
            ),
            expect(dead_code, reason = "only kinds and zip files ask for it")
        )]
        is_stream: bool,
        copy: Arc<TemporaryCopy>,
    },
    /// A pipe or a device, which is read once.
    Stream {
        name: String,
        stream: Stream,
    },
    #[cfg(feature = "object-store")]
    Object(Object),
}

/// How a pipe or a device is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Streams {
    /// It is copied to a file, which can be read again.
    #[cfg(feature = "dataset")]
    Copied,
    /// It is read once, as its bytes arrive.
    Once,
}

/// Copy of a file on disk, which is removed on drop.
pub(in crate::source) struct TemporaryCopy {
    pub path: PathBuf,
    _folder: TemporaryFolder,
}

impl TemporaryCopy {
    /// Writes a copy with `write`.
    pub fn write(write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<Self> {
        // A folder, since SQLite may put its own files beside the database.
        let folder = TemporaryFolder::create().map_err(ReadError::temporary_copy)?;
        let path = folder.path().join("copy");
        let mut file = File::create(&path).map_err(ReadError::temporary_copy)?;
        write(&mut file)?;
        Ok(Self {
            path,
            _folder: folder,
        })
    }

    /// Returns the copy of the location that is in use, or a new one by `make`.
    #[cfg(any(feature = "dataset", feature = "object-store"))]
    pub fn shared(
        location: &str,
        make: impl FnOnce() -> io::Result<Self>,
    ) -> io::Result<Arc<Self>> {
        let copies = || COPIES.lock().unwrap_or_else(PoisonError::into_inner);
        let known = copies().iter().find_map(|(known, copy)| {
            let copy = copy.upgrade()?;
            (known == location).then_some(copy)
        });
        if let Some(copy) = known {
            return Ok(copy);
        }

        // Other locations are opened meanwhile.
        let copy = Arc::new(make()?);
        let mut copies = copies();
        copies.retain(|(_, copy)| copy.strong_count() > 0);
        copies.push((location.to_owned(), Arc::downgrade(&copy)));
        Ok(copy)
    }

    /// Copies the bytes of a reader.
    pub fn of(reader: &mut dyn Read) -> io::Result<Self> {
        Self::write(|file| io::copy(reader, &mut CopyWriter(file)).map(|_| ()))
    }
}

impl Origin {
    /// Opens a path, `-` for the standard input, a `file://` URL, or the URL of a web server or of
    /// an object store.
    pub fn at(
        location: &OsStr,
        settings: &SourceSettings,
        variables: &Variables,
        streams: Streams,
    ) -> Result<Self, DataError> {
        let url = location.to_str().map_or(Ok(None), parse_url)?;
        match url {
            Some(url) if url.scheme() == "file" => Self::at_path(file_path(&url)?, streams),
            Some(url) if is_web(&url) => download(&url, settings),
            Some(url) => open_object(&url, variables),
            None if location == STANDARD_INPUT => {
                let open = || -> io::Result<Box<dyn Read + Send>> { Ok(Box::new(io::stdin())) };
                Self::from_stream(STANDARD_INPUT_NAME.to_owned(), streams, open)
            }
            None => Self::at_path(location.into(), streams),
        }
    }

    /// Opens a path.
    pub fn at_path(path: PathBuf, streams: Streams) -> Result<Self, DataError> {
        let name = path.display().to_string();
        // It follows links.
        let kind = fs::metadata(&path)
            .map_err(DataError::file("open", &name))?
            .file_type();
        if kind.is_dir() {
            return Err(DataError::Folder { location: name });
        }
        if kind.is_file() {
            return Ok(Self::Disk(path));
        }

        Self::from_stream(name, streams, || Ok(Box::new(File::open(&path)?)))
    }

    fn from_stream(
        name: String,
        streams: Streams,
        open: impl FnOnce() -> io::Result<Box<dyn Read + Send>>,
    ) -> Result<Self, DataError> {
        match streams {
            #[cfg(feature = "dataset")]
            Streams::Copied => {
                let copy = TemporaryCopy::shared(&name, || TemporaryCopy::of(&mut open()?))
                    .map_err(DataError::file("read", &name))?;
                Ok(Self::Copy {
                    name,
                    is_stream: true,
                    copy,
                })
            }
            Streams::Once => {
                let stream = open().map_err(DataError::file("open", &name))?;
                let stream = Stream::new(stream);
                Ok(Self::Stream { name, stream })
            }
        }
    }

    /// Returns the path as given, the URL without credentials, or `standard input`.
    pub fn name(&self) -> String {
        match self {
            Self::Disk(path) => path.display().to_string(),
            Self::Copy { name, .. } | Self::Stream { name, .. } => name.clone(),
            #[cfg(feature = "object-store")]
            Self::Object(object) => object.name().to_owned(),
        }
    }

    /// Returns the path that names the file.
    pub fn path_name(&self) -> String {
        match self {
            #[cfg(feature = "object-store")]
            Self::Object(object) => object.path().to_owned(),
            _ => self.name(),
        }
    }

    /// Returns whether the name says nothing about the content.
    #[cfg(any(feature = "dataset", feature = "compression"))]
    pub const fn is_stream(&self) -> bool {
        matches!(
            self,
            Self::Copy {
                is_stream: true,
                ..
            } | Self::Stream { .. }
        )
    }

    /// Returns whether the bytes can be read more than once.
    pub const fn is_repeatable(&self) -> bool {
        !matches!(self, Self::Stream { .. })
    }

    /// Returns the number of bytes, if it is known.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::Disk(path) => Some(path.metadata().ok()?.len()),
            Self::Copy { copy, .. } => Some(copy.path.metadata().ok()?.len()),
            Self::Stream { .. } => None,
            #[cfg(feature = "object-store")]
            Self::Object(object) => Some(object.size()),
        }
    }

    /// Returns the path of the file or of its copy.
    pub fn disk_path(&self) -> Option<&Path> {
        match self {
            Self::Disk(path) => Some(path),
            Self::Copy { copy, .. } => Some(&copy.path),
            Self::Stream { .. } => None,
            #[cfg(feature = "object-store")]
            Self::Object(_) => None,
        }
    }

    /// Opens a reader of the bytes, which a stream has only once.
    pub fn read(&self) -> Result<Box<dyn Read + Send>, DataError> {
        match self {
            Self::Stream { stream, .. } => Ok(Box::new(stream.read())),
            _ => self.look(None),
        }
    }

    /// Opens a reader of the first `limit` bytes, or of all, which later readers still have.
    pub fn look(&self, limit: Option<u64>) -> Result<Box<dyn Read + Send>, DataError> {
        let reader: Box<dyn Read + Send> = match self {
            Self::Disk(path) => self.open_path(path)?,
            Self::Copy { copy, .. } => self.open_path(&copy.path)?,
            Self::Stream { stream, .. } => Box::new(stream.look()),
            #[cfg(feature = "object-store")]
            Self::Object(object) => return Ok(Box::new(object.reader(limit))),
        };
        Ok(match limit {
            Some(limit) => Box::new(reader.take(limit)),
            None => reader,
        })
    }

    fn open_path(&self, path: &Path) -> Result<Box<dyn Read + Send>, DataError> {
        let file = File::open(path).map_err(DataError::file("open", self.name()))?;
        Ok(Box::new(file))
    }
}

/// Returns the path of a `file://` URL.
fn file_path(url: &Url) -> Result<PathBuf, DataError> {
    url.to_file_path().map_err(|()| DataError::InvalidLocation {
        location: public_name(url),
        cause: "it names no absolute local path".to_owned(),
    })
}

#[cfg(feature = "object-store")]
fn download(url: &Url, settings: &SourceSettings) -> Result<Origin, DataError> {
    super::download::download(url, settings.max_unpacked_bytes)
}

#[cfg(feature = "object-store")]
fn open_object(url: &Url, variables: &Variables) -> Result<Origin, DataError> {
    Object::open(url, variables).map(Origin::Object)
}

#[cfg(not(feature = "object-store"))]
fn download(url: &Url, _settings: &SourceSettings) -> Result<Origin, DataError> {
    Err(DataError::FeatureDisabled {
        location: public_name(url),
        feature: "object-store",
    })
}

#[cfg(not(feature = "object-store"))]
fn open_object(url: &Url, _variables: &Variables) -> Result<Origin, DataError> {
    Err(DataError::FeatureDisabled {
        location: public_name(url),
        feature: "object-store",
    })
}
