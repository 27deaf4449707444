//! Opened file, its first bytes and the readers of its content.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use super::compression::Compression;
use super::encoding::TextEncoding;
use super::origin::{Origin, Streams, TemporaryCopy};
use super::text_reader::TextReader;
use crate::error::DataError;
use crate::magic;
use crate::source::location::Variables;
use crate::source::settings::SourceSettings;

/// File whose content is read in order, or from a copy on disk in any order.
pub struct SourceFile {
    pub(super) origin: Origin,
    /// First bytes before any decompression.
    pub(super) beginning: Vec<u8>,
    /// Origins of the zip files whose member is the content.
    #[cfg(feature = "compression")]
    pub(super) zips: Vec<Origin>,
    /// Path in the origin without the endings of its compression.
    pub(super) content_name: String,
    /// Compressions of the content, the outermost first.
    pub(super) layers: Vec<Compression>,
    /// Encoding of the content, when it is text.
    pub(super) encoding: Option<TextEncoding>,
    pub(super) max_unpacked_bytes: u64,
}

impl SourceFile {
    /// Opens a path, `-` for the standard input, or a URL: `file://`, `https://`, `http://`, or that
    /// of an object store, configured by the environment; a stream is read once, as its bytes arrive.
    ///
    /// # Errors
    ///
    /// When the location cannot be opened, is compressed in a way that this build lacks, or is
    /// damaged at its beginning.
    pub fn open(location: &OsStr, settings: &SourceSettings) -> Result<Self, DataError> {
        let variables = Variables::of_environment();
        let origin = Origin::at(location, settings, &variables, Streams::Once)?;
        Self::new(origin, settings)
    }

    /// Returns the path as given, the URL without credentials, or `standard input`.
    #[must_use]
    pub fn name(&self) -> String {
        self.origin.name()
    }

    /// Returns the path in the file's origin without the endings of its compression; for a zip file
    /// the name of its member.
    #[must_use]
    pub fn content_name(&self) -> &str {
        &self.content_name
    }

    /// Returns whether the name, without the endings of a compression, has one of the endings,
    /// regardless of case.
    pub(in crate::source) fn ends_in(&self, endings: &[&str]) -> bool {
        let lower = self.content_name.to_ascii_lowercase();
        endings.iter().any(|ending| lower.ends_with(ending))
    }

    /// Returns whether the file has no name that says what it holds.
    #[cfg(feature = "dataset")]
    pub(in crate::source) fn is_unnamed(&self) -> bool {
        self.origin.is_stream()
    }

    /// Returns whether the content can be read more than once.
    #[must_use]
    pub const fn is_repeatable(&self) -> bool {
        self.origin.is_repeatable()
    }

    /// Returns the number of bytes before any decompression, if it is known.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.origin.size()
    }

    /// Returns whether the file begins as Parquet.
    #[must_use]
    pub fn is_parquet(&self) -> bool {
        self.layers.is_empty() && self.beginning.starts_with(magic::PARQUET)
    }

    /// Returns the delimiter of CSV that the name implies.
    #[must_use]
    pub fn implied_delimiter(&self) -> Option<char> {
        self.ends_in(&[".tsv", ".tab"]).then_some('\t')
    }

    /// Returns whether the content, which begins with `first`, is a gzip tarball: any other
    /// compression is unpacked.
    pub(in crate::source) fn is_tarball(first: &[u8]) -> bool {
        Compression::of(first) == Some(Compression::Gzip)
    }

    /// Reads the first bytes of the content, or all of a shorter one.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn first_bytes(&self, length: u64) -> Result<Vec<u8>, DataError> {
        let is_raw = self.layers.is_empty() && self.encoding.is_none();
        let raw = self.origin.look(is_raw.then_some(length))?;
        read_first(self.content(raw)?, length, self.name())
    }

    /// Reads the first bytes of the content as [`first_bytes`](Self::first_bytes) does, but of a stream
    /// only until they are enough.
    pub(in crate::source) fn first_bytes_until(
        &self,
        length: u64,
        are_enough: impl Fn(&[u8]) -> bool,
    ) -> Result<Vec<u8>, DataError> {
        if self.is_repeatable() {
            return self.first_bytes(length);
        }

        let content = self.content(self.origin.look(None)?)?;
        read_until(content, length, self.name(), are_enough)
    }

    /// Reads the first bytes of the content as text in the encoding of the settings.
    #[cfg(feature = "dataset")]
    pub(in crate::source) fn first_text(
        &self,
        length: u64,
        settings: &SourceSettings,
    ) -> Result<Vec<u8>, DataError> {
        let encoding = TextEncoding::from_settings(settings)?;
        let content = self.content(self.origin.look(None)?)?;
        read_first(TextReader::new(content, encoding), length, self.name())
    }

    /// Opens an unbuffered reader of the content's bytes in order, which a stream has only once;
    /// text is UTF-8 without a byte order mark.
    ///
    /// Its errors are made [`DataError`]s by [`DataError::from_reader`].
    ///
    /// # Errors
    ///
    /// When the file cannot be opened.
    pub fn reader(&self) -> Result<Box<dyn Read + Send>, DataError> {
        self.content(self.origin.read()?)
    }

    /// As [`reader`](Self::reader), with a call for each number of bytes that are read before any
    /// decompression.
    ///
    /// # Errors
    ///
    /// As [`reader`](Self::reader).
    pub fn observed_reader(
        &self,
        observe: impl FnMut(usize) + Send + 'static,
    ) -> Result<Box<dyn Read + Send>, DataError> {
        let raw = Observed {
            reader: self.origin.read()?,
            observe,
        };
        self.content(Box::new(raw))
    }

    /// Returns a reader of the content in the raw bytes.
    fn content(&self, raw: Box<dyn Read + Send>) -> Result<Box<dyn Read + Send>, DataError> {
        let content = self.unpacked(raw)?;
        Ok(match &self.encoding {
            None => content,
            Some(encoding) => Box::new(TextReader::new(content, encoding.clone())),
        })
    }

    /// Returns a reader of the bytes that the raw ones unpack to.
    fn unpacked(&self, raw: Box<dyn Read + Send>) -> Result<Box<dyn Read + Send>, DataError> {
        let mut content = raw;
        for layer in &self.layers {
            content = layer
                .reader(content, self.max_unpacked_bytes)
                .map_err(DataError::file("read", self.name()))?;
        }
        Ok(content)
    }

    /// Returns the file with its content as text in the encoding of the settings.
    ///
    /// # Errors
    ///
    /// [`DataError::Setting`] when there is no such encoding.
    pub fn into_text(self, settings: &SourceSettings) -> Result<Self, DataError> {
        let encoding = Some(TextEncoding::from_settings(settings)?);
        Ok(Self { encoding, ..self })
    }

    /// Returns the error of a damaged compression in place of one about the content that it led to;
    /// the end of the compressed data, which tells, is read only for that.
    #[must_use]
    pub fn cause_of(&self, error: DataError) -> DataError {
        if self.layers.is_empty() || !self.is_repeatable() || !error.is_of_content() {
            return error;
        }

        let unpacked = self.origin.read().and_then(|raw| self.unpacked(raw));
        let whole = unpacked.and_then(|mut content| {
            io::copy(&mut content, &mut io::sink()).map_err(DataError::file("read", self.name()))
        });
        whole.err().unwrap_or(error)
    }

    /// Returns a file that can be read in any order; what is not a plain file on disk is copied.
    ///
    /// # Errors
    ///
    /// When the content cannot be read or the copy not be written.
    pub fn on_disk(&self) -> Result<OnDisk<'_>, DataError> {
        let is_plain = self.layers.is_empty() && self.encoding.is_none();
        if let Some(path) = self.origin.disk_path().filter(|_| is_plain) {
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
}

pub(super) fn read_first(
    reader: impl Read,
    length: u64,
    name: String,
) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    reader
        .take(length)
        .read_to_end(&mut bytes)
        .map_err(DataError::file("read", name))?;
    Ok(bytes)
}

/// Reads until the bytes are enough, or so many, or all.
pub(super) fn read_until(
    reader: impl Read,
    length: u64,
    name: String,
    are_enough: impl Fn(&[u8]) -> bool,
) -> Result<Vec<u8>, DataError> {
    let mut reader = reader.take(length);
    let mut bytes = Vec::new();
    let mut chunk = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
    while !are_enough(&bytes) {
        match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(DataError::file("read", name)(error)),
        }
    }
    Ok(bytes)
}

/// Reader whose lengths are observed.
struct Observed<F> {
    reader: Box<dyn Read + Send>,
    observe: F,
}

impl<F: FnMut(usize)> Read for Observed<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        (self.observe)(length);
        Ok(length)
    }
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SourceFile({})", self.name())
    }
}

/// File on disk; a copy is removed on drop.
pub struct OnDisk<'f> {
    /// Its path.
    pub path: Cow<'f, Path>,
    _copy: Option<TemporaryCopy>,
}
