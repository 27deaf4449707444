//! Where decoded bytes go: checked to be a SQLite file, and no longer than allowed.

use std::io::Write;

use super::SQLITE_MAGIC;
use super::place::Place;
use crate::error::DataError;

/// A database on its way to `out`.
pub(super) struct DatabaseWriter<'a> {
    place: Place<'a>,
    out: &'a mut dyn Write,
    written: u64,
}

impl<'a> DatabaseWriter<'a> {
    pub fn new(place: Place<'a>, out: &'a mut dyn Write) -> Self {
        Self { place, out, written: 0 }
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), DataError> {
        let from = usize::try_from(self.written).map_or(SQLITE_MAGIC.len(), |written| written.min(SQLITE_MAGIC.len()));
        let same = SQLITE_MAGIC[from..].iter().zip(bytes).all(|(a, b)| a == b);
        if !same {
            return Err(self.place.not_sqlite());
        }
        self.written += bytes.len() as u64;
        if self.written > self.place.max_unpacked_bytes {
            return Err(self.place.too_large());
        }
        self.out.write_all(bytes).map_err(DataError::file("write", "the unpacked database"))
    }

    /// Number of bytes written.
    pub fn finish(self) -> Result<u64, DataError> {
        if self.written < SQLITE_MAGIC.len() as u64 {
            return Err(self.place.not_sqlite());
        }
        Ok(self.written)
    }
}
