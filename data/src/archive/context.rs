//! Context of an archive's errors.

use std::cell::Cell;
use std::fmt;
use std::io;

use crate::error::DataError;
use crate::gzip::TrailingBytes;

/// Archive and, inside an entry, the entry's name.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub archive: &'a str,
    pub entry: Option<&'a str>,
    pub max_unpacked_bytes: u64,
    /// Bytes of the tarball read so far.
    pub offset: &'a Cell<u64>,
}

impl<'a> Context<'a> {
    pub const fn in_entry(self, entry: &'a str) -> Self {
        Self {
            entry: Some(entry),
            ..self
        }
    }

    fn entry_text(self) -> String {
        self.entry
            .map(|entry| format!(", entry `{entry}`"))
            .unwrap_or_default()
    }

    /// Converts an error of the gzip or tar layer.
    pub fn read_error(self, source: io::Error) -> DataError {
        if source
            .get_ref()
            .is_some_and(<dyn std::error::Error + Send + Sync>::is::<TrailingBytes>)
        {
            return DataError::ArchiveTrailingBytes {
                archive: self.archive.to_owned(),
            };
        }

        match source.kind() {
            io::ErrorKind::UnexpectedEof => self.truncated(),
            io::ErrorKind::FileTooLarge => self.too_large(),
            // The library's message quotes the data.
            io::ErrorKind::Other => self.read_error(io::Error::new(
                io::ErrorKind::InvalidData,
                "there is no header of a tarball; is it another kind of file?",
            )),
            _ => DataError::ArchiveRead {
                archive: self.archive.to_owned(),
                entry: self.entry_text(),
                offset: self.offset.get(),
                source,
            },
        }
    }

    pub fn truncated(self) -> DataError {
        DataError::ArchiveTruncated {
            archive: self.archive.to_owned(),
            entry: self.entry_text(),
            offset: self.offset.get(),
        }
    }

    pub fn too_large(self) -> DataError {
        DataError::ArchiveTooLarge {
            archive: self.archive.to_owned(),
            entry: self.entry_text(),
            max_unpacked_bytes: self.max_unpacked_bytes,
        }
    }

    pub fn base64(self, line: u64, offset: u64, cause: String) -> DataError {
        DataError::Base64 {
            archive: self.archive.to_owned(),
            entry: self.entry_text(),
            line,
            offset,
            cause,
        }
    }

    pub fn not_sqlite(self) -> DataError {
        DataError::NotSqlite {
            location: self.to_string(),
        }
    }

    pub fn entry_kind(self, kind: &'static str) -> DataError {
        DataError::ArchiveEntryKind {
            archive: self.archive.to_owned(),
            entry: self.entry.unwrap_or_default().to_owned(),
            kind,
        }
    }

    pub fn content(self, kind: &'static str) -> DataError {
        DataError::ArchiveContent {
            archive: self.archive.to_owned(),
            entry: self.entry.unwrap_or_default().to_owned(),
            kind,
        }
    }

    pub fn unsafe_path(self) -> DataError {
        DataError::ArchivePath {
            archive: self.archive.to_owned(),
            entry: self.entry.unwrap_or_default().to_owned(),
        }
    }
}

impl fmt::Display for Context<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "archive `{}`{}", self.archive, self.entry_text())
    }
}
