//! What the first bytes of a SQLite file say, by <https://www.sqlite.org/fileformat.html>.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::error::DataError;

/// What every SQLite file begins with.
pub(crate) const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Length of the header.
pub(crate) const HEADER_BYTES: usize = 100;

/// The beginning of a file that should be a SQLite database.
#[derive(Debug, Default)]
pub(crate) struct Header(Vec<u8>);

impl Header {
    /// Takes the header, or what there is of it, off `file`.
    pub fn read(file: &mut dyn Read) -> io::Result<Self> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        file.take(HEADER_BYTES as u64).read_to_end(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The bytes of the header so far, at most 100.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Takes what the header still lacks from the next bytes of the file.
    pub fn extend(&mut self, bytes: &[u8]) {
        let lacking = HEADER_BYTES - self.0.len();
        self.0.extend(&bytes[..lacking.min(bytes.len())]);
    }

    /// Whether the header so far can be the beginning of a database.
    pub fn agrees(&self) -> bool {
        SQLITE_MAGIC.iter().zip(&self.0).all(|(a, b)| a == b)
    }

    /// Refuses a file of `length` bytes that is no database or lacks its end; SQLite itself takes missing
    /// pages for empty ones.
    pub fn check(&self, length: u64, place: impl FnOnce() -> String) -> Result<(), DataError> {
        if !self.0.starts_with(SQLITE_MAGIC) {
            return Err(DataError::NotSqlite { place: place() });
        }
        match self.stated_length() {
            Some(stated) if length < stated => Err(DataError::DatabaseTruncated {
                place: place(),
                length,
                stated,
            }),
            _ => Ok(()),
        }
    }

    /// Page size × pages; `None` when an old writer left the number of pages stale.
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

/// The journal beside the database that holds changes which the main file lacks.
pub(crate) fn pending_journal(database: &Path) -> Option<PathBuf> {
    ["-wal", "-journal"].into_iter().find_map(|suffix| {
        let mut journal = database.as_os_str().to_owned();
        journal.push(suffix);
        let journal = PathBuf::from(journal);
        fs::metadata(&journal)
            .is_ok_and(|metadata| metadata.len() > 0)
            .then_some(journal)
    })
}
