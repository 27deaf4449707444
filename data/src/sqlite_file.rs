//! Header of a SQLite file, as <https://www.sqlite.org/fileformat.html> defines it.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::error::DataError;
use crate::magic;

/// Length of the header in bytes.
pub(crate) const HEADER_BYTES: usize = 100;

/// Header, or the part of it read so far, of a file that may be a SQLite database.
#[derive(Debug, Default)]
pub(crate) struct Header(Vec<u8>);

impl Header {
    /// Reads the header, or all of a shorter file.
    pub fn read(file: &mut dyn Read) -> io::Result<Self> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        file.take(HEADER_BYTES as u64).read_to_end(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Returns the bytes of the header so far, at most 100.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Adds the header's missing bytes from the next bytes of the file.
    pub fn extend(&mut self, bytes: &[u8]) {
        let missing = HEADER_BYTES - self.0.len();
        self.0.extend(&bytes[..missing.min(bytes.len())]);
    }

    /// Returns whether the header so far is a database's.
    pub fn can_be_sqlite(&self) -> bool {
        magic::SQLITE.iter().zip(&self.0).all(|(a, b)| a == b)
    }

    /// Returns whether readers of the database need a write-ahead log.
    pub fn has_write_ahead_mode(&self) -> bool {
        /// Offset of the file format's version for readers.
        const READ_VERSION: usize = 19;
        self.0.get(READ_VERSION) == Some(&2)
    }

    /// Returns an error for a file of `length` bytes that is not a database or is truncated.
    ///
    /// SQLite itself takes missing pages for empty ones.
    pub fn check(&self, length: u64, location: impl FnOnce() -> String) -> Result<(), DataError> {
        if length == 0 {
            return Err(DataError::DatabaseEmpty {
                location: location(),
            });
        }
        if !self.0.starts_with(magic::SQLITE) {
            return Err(DataError::NotSqlite {
                location: location(),
            });
        }

        match self.stated_length() {
            Some(stated) if length < stated => Err(DataError::DatabaseTruncated {
                location: location(),
                length,
                stated,
            }),
            _ => Ok(()),
        }
    }

    /// Returns page size × pages; `None` when an old writer left the number of pages stale.
    fn stated_length(&self) -> Option<u64> {
        let number = |from: usize| {
            let bytes = self.0.get(from..from + 4)?;
            bytes.try_into().ok().map(u32::from_be_bytes)
        };
        let (change_counter, valid_for, pages) = (number(24)?, number(92)?, number(28)?);

        let page_size = match u64::from(number(16)? >> 16) {
            1 => 65_536,
            size => size,
        };
        (change_counter == valid_for).then(|| page_size * u64::from(pages))
    }
}

/// Returns the journal beside the database, if it holds changes that the main file lacks.
pub(crate) fn pending_journal(database: &Path) -> Option<PathBuf> {
    ["-wal", "-journal"].into_iter().find_map(|suffix| {
        let journal = beside(database, suffix);
        fs::metadata(&journal)
            .is_ok_and(|metadata| metadata.len() > 0)
            .then_some(journal)
    })
}

/// Returns the path of the file beside the database whose name has the suffix.
pub(crate) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}
