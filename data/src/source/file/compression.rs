//! Compression of a file, told by its first bytes.

use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{DataError, ReadError};
use crate::gzip::Gunzip;
use crate::magic;

/// First bytes of bzip2, which the level and a block follow.
const BZIP2: &[u8] = b"BZh";
/// Number of bytes by which bzip2 is told from a text.
const BZIP2_BYTES: usize = 10;
/// Error of Zstandard's decoder for a window over its limit.
const ZSTANDARD_WINDOW: &str = "Frame requires too much memory for decoding";
/// Maximum memory of the decoder of xz, in KiB.
#[cfg(feature = "compression")]
const XZ_MEMORY_KIB: u32 = 512 << 10;

/// Format of a compressed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zstandard,
    Bzip2,
    Xz,
    Zip,
}

impl Compression {
    const ALL: [Self; 5] = [
        Self::Gzip,
        Self::Zstandard,
        Self::Bzip2,
        Self::Xz,
        Self::Zip,
    ];

    /// Returns the format of a file that begins with `first`.
    pub fn of(first: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|compression| compression.begins(first))
    }

    /// Returns whether `first` may be a part of the bytes by which a format, or Parquet, is told.
    pub fn is_unfinished(first: &[u8]) -> bool {
        let mut magics = Self::ALL.iter().flat_map(|format| format.magics());
        let is_part = |magic: &[u8]| magic.len() > first.len() && magic.starts_with(first);
        let is_bzip2 = first.starts_with(BZIP2) && first.len() < BZIP2_BYTES;
        is_bzip2 || is_part(magic::PARQUET) || magics.any(|magic| is_part(magic))
    }

    fn begins(self, first: &[u8]) -> bool {
        let is_block = || first.get(4..).is_some_and(begins_bzip2_block);
        self.magics().iter().any(|magic| first.starts_with(magic))
            && (self != Self::Bzip2 || is_block())
    }

    const fn magics(self) -> &'static [&'static [u8]] {
        match self {
            Self::Gzip => &[magic::GZIP],
            Self::Zstandard => &[b"\x28\xb5\x2f\xfd"],
            Self::Bzip2 => &[BZIP2],
            Self::Xz => &[b"\xfd7zXZ\0"],
            Self::Zip => &[b"PK\x03\x04", b"PK\x05\x06"],
        }
    }

    /// Name of the format in messages.
    const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstandard => "Zstandard",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zip => "zip",
        }
    }

    const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Gzip => &[".gz", ".gzip"],
            Self::Zstandard => &[".zst", ".zstd"],
            Self::Bzip2 => &[".bz2"],
            Self::Xz => &[".xz"],
            Self::Zip => &[".zip"],
        }
    }

    /// Returns the name of a compressed file without the ending of its compression.
    pub fn content_name(self, name: &str) -> String {
        let lower = name.to_ascii_lowercase();
        let ending = self.endings().iter().find(|&&end| lower.ends_with(end));
        name[..name.len() - ending.map_or(0, |ending| ending.len())].to_owned()
    }

    /// Returns an error if this build cannot read the format.
    pub fn check_supported(self, location: &str) -> Result<(), DataError> {
        if cfg!(feature = "compression") || self == Self::Gzip {
            return Ok(());
        }
        Err(DataError::FeatureDisabled {
            location: location.to_owned(),
            feature: "compression",
        })
    }

    /// Opens a reader of the content, which fails above `max_bytes`, and at the end of a truncated
    /// file.
    pub fn reader(
        self,
        raw: Box<dyn Read + Send>,
        max_bytes: u64,
    ) -> io::Result<Box<dyn Read + Send>> {
        let has_failed = Arc::default();
        let raw = Raw {
            inner: raw,
            has_failed: Arc::clone(&has_failed),
        };
        let inner: Box<dyn Read + Send> = match self {
            Self::Gzip => Box::new(Gunzip::new(BufReader::new(raw))),
            #[cfg(feature = "compression")]
            Self::Zstandard => Box::new(zstd::Decoder::new(raw)?),
            #[cfg(feature = "compression")]
            Self::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(BufReader::new(raw))),
            #[cfg(feature = "compression")]
            Self::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(
                BufReader::new(raw),
                true,
                XZ_MEMORY_KIB,
            )),
            _ => return Err(io::ErrorKind::Unsupported.into()),
        };

        Ok(Box::new(Unpacked {
            inner,
            location: format!("{} data", self.name()),
            left: max_bytes,
            max_bytes,
            has_raw_failed: has_failed,
        }))
    }
}

/// Returns whether the bytes are those of the first block of a bzip2 file, or of its end.
fn begins_bzip2_block(bytes: &[u8]) -> bool {
    bytes.starts_with(b"1AY&SY") || bytes.starts_with(b"\x17\x72\x45\x38\x50\x90")
}

/// Reader of the compressed bytes that notes whether an error is its own.
struct Raw {
    inner: Box<dyn Read + Send>,
    has_failed: Arc<AtomicBool>,
}

impl Read for Raw {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let is_final = |error: &io::Error| error.kind() != io::ErrorKind::Interrupted;
        self.inner.read(buffer).inspect_err(|error| {
            self.has_failed.fetch_or(is_final(error), Ordering::Relaxed);
        })
    }
}

/// Reader of unpacked bytes up to a limit.
pub(super) struct Unpacked<R> {
    pub inner: R,
    /// Location of errors, as `gzip data`.
    pub location: String,
    pub left: u64,
    pub max_bytes: u64,
    /// Whether reading the compressed bytes has failed, rather than decoding them.
    pub has_raw_failed: Arc<AtomicBool>,
}

impl<R> Unpacked<R> {
    /// Returns the error of a decoder with its location; those of the system and of the reader below
    /// the decoder stay as they are.
    fn decoder_error(&self, error: io::Error) -> io::Error {
        let is_other = error.kind() == io::ErrorKind::Interrupted
            || error.raw_os_error().is_some()
            || self.has_raw_failed.load(Ordering::Relaxed);
        if is_other {
            return error;
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => self.error("the file is truncated".to_owned()),
            io::ErrorKind::OutOfMemory | io::ErrorKind::Unsupported => {
                self.error(format!("it cannot be unpacked: {error}"))
            }
            // Zstandard's decoder has no kind for it.
            _ if error.to_string() == ZSTANDARD_WINDOW => self.error(
                "its window is larger than 128 MiB: compress it again without `--long`, or unpack it"
                    .to_owned(),
            ),
            _ => self.error(format!("the file is damaged: {error}")),
        }
    }

    fn error(&self, cause: String) -> io::Error {
        ReadError::Malformed {
            location: self.location.clone(),
            cause,
        }
        .into()
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer);
        let length = read.map_err(|error| self.decoder_error(error))?;

        self.left = self.left.checked_sub(length as u64).ok_or_else(|| {
            self.error(format!(
                "it unpacks to more than {} bytes, the limit `max_unpacked_bytes`: raise it with \
                 `--max-unpacked-bytes`",
                self.max_bytes
            ))
        })?;
        Ok(length)
    }
}
