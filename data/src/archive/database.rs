//! Where decoded bytes go: checked to be a whole SQLite file, and no longer than allowed.

use std::io::Write;

use super::context::Place;
use crate::error::DataError;
use crate::sqlite_file::Header;

/// A database on its way to `out`.
pub(super) struct DatabaseWriter<'a> {
    place: Place<'a>,
    out: &'a mut dyn Write,
    header: Header,
    written: u64,
}

impl<'a> DatabaseWriter<'a> {
    pub fn new(place: Place<'a>, out: &'a mut dyn Write) -> Self {
        Self {
            place,
            out,
            header: Header::default(),
            written: 0,
        }
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), DataError> {
        self.header.extend(bytes);
        if !self.header.agrees() {
            return Err(self.place.not_sqlite());
        }
        self.written += bytes.len() as u64;
        if self.written > self.place.max_unpacked_bytes {
            return Err(self.place.too_large());
        }
        self.out.write_all(bytes).map_err(DataError::file(
            "write the database unpacked from",
            self.place.archive,
        ))
    }

    /// Number of bytes written.
    pub fn finish(self) -> Result<u64, DataError> {
        self.header.check(self.written, || self.place.to_string())?;
        Ok(self.written)
    }
}
