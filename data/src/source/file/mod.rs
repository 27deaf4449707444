//! File of a source: on disk, in an object store or a copy of a stream; its content may be
//! compressed and, when it is text, in another encoding than UTF-8.

mod compression;
#[cfg(feature = "object-store")]
mod download;
mod encoding;
mod origin;
mod text_reader;
#[cfg(feature = "compression")]
mod zip_member;

use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

use self::compression::Compression;
use self::encoding::TextEncoding;
use self::text_reader::TextReader;
use super::settings::SourceSettings;
use crate::error::DataError;
use crate::sqlite_file::HEADER_BYTES;

#[cfg(feature = "object-store")]
pub(super) use download::download;
pub(super) use origin::Origin;
use origin::TemporaryCopy;

/// Offset of the magic of a tar archive.
const TAR_MAGIC_OFFSET: usize = 257;
/// Number of first bytes that tell a tar archive.
const TAR_HEADER_BYTES: u64 = 512;

/// File whose content is read in order, or from a copy on disk in any order.
pub(super) struct SourceFile {
    origin: Origin,
    /// Origin of the zip file whose member is the content.
    _zip: Option<Box<Origin>>,
    /// Path in the origin without the endings of its compression.
    content_name: String,
    compression: Option<Compression>,
    /// Encoding of the content, when it is text.
    encoding: Option<TextEncoding>,
    max_unpacked_bytes: u64,
}

impl SourceFile {
    /// Opens the file and finds out whether it is compressed; the content of a gzip file that is a
    /// tar archive is the tarball itself.
    pub fn open(origin: Origin, settings: &SourceSettings) -> Result<Self, DataError> {
        let file = Self {
            content_name: origin.path_name(),
            origin,
            _zip: None,
            compression: None,
            encoding: None,
            max_unpacked_bytes: settings.max_unpacked_bytes,
        };

        let first = file.first_bytes(HEADER_BYTES as u64)?;
        match Compression::of(&first) {
            None => Ok(file),
            Some(Compression::Zip) => file.unpack_zip(),
            Some(compression) => file.unpack(compression),
        }
    }

    /// Returns the path as given, the URL without credentials, or `standard input`.
    pub fn name(&self) -> String {
        self.origin.name()
    }

    /// Returns whether the name, without the endings of a compression, has one of the endings,
    /// regardless of case.
    pub fn ends_in(&self, endings: &[&str]) -> bool {
        let lower = self.content_name.to_ascii_lowercase();
        endings.iter().any(|ending| lower.ends_with(ending))
    }

    /// Returns whether the file has no name that says what it holds.
    pub fn is_unnamed(&self) -> bool {
        self.origin.is_stream()
    }

    /// Returns the ending of the content's name with its dot, if it has one.
    pub fn ending(&self) -> Option<&str> {
        let name = self.content_name.rsplit(['/', '\\']).next()?;
        let dot = name.rfind('.').filter(|&dot| dot > 0)?;
        Some(&name[dot..])
    }

    /// Returns whether the file, which begins with `first`, is a gzip tarball.
    pub fn is_tarball(&self, first: &[u8]) -> bool {
        self.compression.is_none() && Compression::of(first) == Some(Compression::Gzip)
    }

    /// Reads the first bytes of the content, or all of a shorter one.
    pub fn first_bytes(&self, length: u64) -> Result<Vec<u8>, DataError> {
        if self.compression.is_none() && self.encoding.is_none() {
            return self.raw_bytes(length);
        }
        read_first(self.reader()?, length, self.name())
    }

    /// Reads the first bytes of the content as text in the encoding of the settings.
    pub fn first_text(&self, length: u64, settings: &SourceSettings) -> Result<Vec<u8>, DataError> {
        let encoding = TextEncoding::from_settings(settings)?;
        read_first(
            TextReader::new(self.reader()?, encoding),
            length,
            self.name(),
        )
    }

    fn raw_bytes(&self, length: u64) -> Result<Vec<u8>, DataError> {
        read_first(self.origin.read(Some(length))?, length, self.name())
    }

    /// Opens an unbuffered reader of the content's bytes in order; text is UTF-8 without a byte
    /// order mark.
    pub fn reader(&self) -> Result<Box<dyn Read>, DataError> {
        let raw = self.origin.read(None)?;
        let content = match self.compression {
            None => raw,
            Some(compression) => compression
                .reader(raw, self.max_unpacked_bytes)
                .map_err(DataError::file("read", self.name()))?,
        };

        Ok(match &self.encoding {
            None => content,
            Some(encoding) => Box::new(TextReader::new(content, encoding.clone())),
        })
    }

    /// Returns the file with its content as text in the encoding of the settings.
    pub fn into_text(self, settings: &SourceSettings) -> Result<Self, DataError> {
        let encoding = Some(TextEncoding::from_settings(settings)?);
        Ok(Self { encoding, ..self })
    }

    /// Returns a file that can be read in any order; what is no plain file on disk is copied.
    pub fn on_disk(&self) -> Result<OnDisk<'_>, DataError> {
        if let (None, None, Some(path)) =
            (self.compression, &self.encoding, self.origin.disk_path())
        {
            return Ok(OnDisk {
                path: path.into(),
                _copy: None,
            });
        }

        let copy = TemporaryCopy::of(&mut self.reader()?)
            .map_err(DataError::file("download", self.name()))?;
        Ok(OnDisk {
            path: copy.path.clone().into(),
            _copy: Some(copy),
        })
    }

    /// Returns the file with its content unpacked, unless that is a tar archive.
    fn unpack(self, compression: Compression) -> Result<Self, DataError> {
        compression.check_supported(&self.name())?;
        let is_named_tarball = self.ends_in(&[".tar.gz", ".tgz"]);
        if is_named_tarball && compression == Compression::Gzip {
            return Ok(self);
        }

        let unpacked = Self {
            compression: Some(compression),
            content_name: compression.content_name(&self.content_name),
            ..self
        };
        let first = unpacked.first_bytes(TAR_HEADER_BYTES)?;
        if !is_tar(&first) {
            return Ok(unpacked);
        }
        if compression != Compression::Gzip {
            return Err(DataError::UnsupportedKind {
                location: unpacked.name(),
                kind: "a tar archive that is not compressed by gzip",
                advice: "unpack it, and name the file in it",
            });
        }
        Ok(Self {
            compression: None,
            ..unpacked
        })
    }

    #[cfg(feature = "compression")]
    fn unpack_zip(self) -> Result<Self, DataError> {
        let name = self.name();
        let archive = self.on_disk()?;
        let member = zip_member::unpack(&archive.path, &name, self.max_unpacked_bytes)?;
        drop(archive);

        let origin = Origin::Copy {
            name,
            is_stream: self.origin.is_stream(),
            copy: member.content.into(),
        };
        Ok(Self {
            content_name: member.name,
            _zip: Some(Box::new(self.origin)),
            origin,
            ..self
        })
    }

    #[cfg(not(feature = "compression"))]
    fn unpack_zip(self) -> Result<Self, DataError> {
        Compression::Zip
            .check_supported(&self.name())
            .map(|()| self)
    }
}

/// Returns whether the bytes begin a tar archive.
pub(super) fn is_tar(first: &[u8]) -> bool {
    first
        .get(TAR_MAGIC_OFFSET..)
        .is_some_and(|magic| magic.starts_with(b"ustar"))
}

fn read_first(reader: impl Read, length: u64, name: String) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    reader
        .take(length)
        .read_to_end(&mut bytes)
        .map_err(DataError::file("read", name))?;
    Ok(bytes)
}

/// File on disk; a copy is removed on drop.
pub(super) struct OnDisk<'f> {
    pub path: Cow<'f, Path>,
    _copy: Option<TemporaryCopy>,
}
