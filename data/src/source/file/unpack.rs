//! Compression of a file that is opened, by its first bytes.

use super::compression::Compression;
use super::origin::Origin;
use super::source_file::{SourceFile, read_first, read_until};
#[cfg(feature = "compression")]
use super::zip_member;
use crate::error::DataError;
use crate::source::settings::SourceSettings;

/// Number of first bytes that tell a compression.
const MAGIC_BYTES: usize = 16;
/// Maximum number of compressions around a content.
const MAX_LAYERS: usize = 4;
/// Maximum number of bytes of the first read of a stream.
const STREAM_BYTES: u64 = 1 << 16;
/// Advice on a file that cannot be unpacked.
const UNPACK: &str = "unpack it, and name the file in it";
/// Offset of the magic of a tar archive.
const TAR_MAGIC_OFFSET: usize = 257;
/// Number of first bytes that tell a tar archive.
const TAR_HEADER_BYTES: u64 = 512;

impl SourceFile {
    /// Finds out whether the file is compressed; the content of a gzip file that is a tar archive is
    /// the tarball itself.
    pub(in crate::source) fn new(
        origin: Origin,
        settings: &SourceSettings,
    ) -> Result<Self, DataError> {
        let mut file = Self {
            content_name: origin.path_name(),
            beginning: beginning(&origin)?,
            origin,
            #[cfg(feature = "compression")]
            zips: Vec::new(),
            layers: Vec::new(),
            encoding: None,
            max_unpacked_bytes: settings.max_unpacked_bytes,
        };

        let mut first = file.beginning.clone();
        for _ in 0..=MAX_LAYERS {
            let Some(compression) = Compression::of(&first) else {
                return Ok(file);
            };
            compression.check_supported(&file.name())?;
            if compression == Compression::Gzip && file.ends_in(&[".tar.gz", ".tgz"]) {
                return Ok(file);
            }

            file = match compression {
                Compression::Zip => file.unpack_zip()?,
                _ => file.unpack(compression),
            };
            first = file.first_bytes(TAR_HEADER_BYTES)?;
            if is_tar(&first) {
                return file.into_tarball();
            }
        }
        Err(DataError::UnsupportedKind {
            location: file.name(),
            kind: "a file in more than four compressions",
            advice: UNPACK,
        })
    }

    /// Returns the file with a further compression of its content unpacked.
    fn unpack(mut self, compression: Compression) -> Self {
        self.content_name = compression.content_name(&self.content_name);
        self.layers.push(compression);
        self
    }

    /// Returns the file with the tarball as its content, in place of the tar archive in it.
    fn into_tarball(mut self) -> Result<Self, DataError> {
        if self.layers.pop() == Some(Compression::Gzip) {
            return Ok(self);
        }
        Err(DataError::UnsupportedKind {
            location: self.name(),
            kind: "a tar archive that is not compressed by gzip",
            advice: UNPACK,
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
        let beginning = beginning(&origin)?;
        let mut zips = self.zips;
        zips.push(self.origin);
        Ok(Self {
            origin,
            beginning,
            zips,
            content_name: member.name,
            layers: Vec::new(),
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

/// Reads the bytes that tell a compression.
fn beginning(origin: &Origin) -> Result<Vec<u8>, DataError> {
    if origin.is_repeatable() {
        let length = MAGIC_BYTES as u64;
        return read_first(origin.look(Some(length))?, length, origin.name());
    }

    // A stream may wait for a response to its first line, which can be shorter; a line that was
    // looked at is read again as a whole.
    let is_told = |bytes: &[u8]| !Compression::is_unfinished(bytes);
    let mut bytes = read_until(origin.look(None)?, STREAM_BYTES, origin.name(), is_told)?;
    bytes.truncate(MAGIC_BYTES);
    Ok(bytes)
}

/// Returns whether the bytes begin a tar archive.
pub(in crate::source) fn is_tar(first: &[u8]) -> bool {
    first
        .get(TAR_MAGIC_OFFSET..)
        .is_some_and(|magic| magic.starts_with(b"ustar"))
}
