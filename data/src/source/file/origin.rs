//! Origin of a file's bytes: a path, an object store, or a copy of what can be read only once.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use relevance_storage::TemporaryFolder;

use crate::error::DataError;
#[cfg(feature = "object-store")]
use crate::source::object::Object;

/// Name of the standard input in messages.
const STANDARD_INPUT: &str = "standard input";

/// Copies that are in use, by their locations: a stream that is opened again has no bytes left, and
/// a file of a web server need not be downloaded again.
static COPIES: Mutex<Vec<(String, Weak<TemporaryCopy>)>> = Mutex::new(Vec::new());

/// Where the bytes of a file come from.
pub(in crate::source) enum Origin {
    Disk(PathBuf),
    Copy {
        name: String,
        /// Whether the name says nothing about the content.
        is_stream: bool,
        copy: Arc<TemporaryCopy>,
    },
    #[cfg(feature = "object-store")]
    Object(Object),
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
        let folder = TemporaryFolder::create()?;
        let path = folder.path().join("copy");
        write(&mut File::create(&path)?)?;
        Ok(Self {
            path,
            _folder: folder,
        })
    }

    /// Returns the copy of the location that is in use, or a new one by `make`.
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
        Self::write(|file| io::copy(reader, file).map(|_| ()))
    }
}

impl Origin {
    /// Opens a path; a pipe or a device is copied, since it can be read only once.
    pub fn at_path(path: PathBuf) -> Result<Self, DataError> {
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

        Self::copy_stream(name, || Ok(Box::new(File::open(&path)?)))
    }

    /// Reads the standard input to its end.
    pub fn standard_input() -> Result<Self, DataError> {
        Self::copy_stream(STANDARD_INPUT.to_owned(), || Ok(Box::new(io::stdin())))
    }

    fn copy_stream(
        name: String,
        open: impl FnOnce() -> io::Result<Box<dyn Read>>,
    ) -> Result<Self, DataError> {
        let copy = TemporaryCopy::shared(&name, || TemporaryCopy::of(&mut open()?))
            .map_err(DataError::file("read", &name))?;
        Ok(Self::Copy {
            name,
            is_stream: true,
            copy,
        })
    }

    /// Returns the path as given, the URL without credentials, or `standard input`.
    pub fn name(&self) -> String {
        match self {
            Self::Disk(path) => path.display().to_string(),
            Self::Copy { name, .. } => name.clone(),
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

    /// Returns whether the bytes are those of a stream.
    pub const fn is_stream(&self) -> bool {
        matches!(
            self,
            Self::Copy {
                is_stream: true,
                ..
            }
        )
    }

    /// Returns the path of the file or of its copy.
    pub fn disk_path(&self) -> Option<&Path> {
        match self {
            Self::Disk(path) => Some(path),
            Self::Copy { copy, .. } => Some(&copy.path),
            #[cfg(feature = "object-store")]
            Self::Object(_) => None,
        }
    }

    /// Opens a reader of the first `limit` bytes, or of all.
    pub fn read(&self, limit: Option<u64>) -> Result<Box<dyn Read>, DataError> {
        let path = match self {
            Self::Disk(path) => path,
            Self::Copy { copy, .. } => &copy.path,
            #[cfg(feature = "object-store")]
            Self::Object(object) => return Ok(Box::new(object.reader(limit))),
        };

        let file = File::open(path).map_err(DataError::file("open", self.name()))?;
        Ok(match limit {
            Some(limit) => Box::new(file.take(limit)),
            None => Box::new(file),
        })
    }
}
