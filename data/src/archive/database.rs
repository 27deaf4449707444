//! Writer of the decoded database, which checks that it is a whole SQLite file within the size
//! limit.

use std::io::Write;

use super::context::Context;
use crate::error::DataError;
use crate::sqlite_file::Header;

/// Writer of a database to `out`.
pub(super) struct DatabaseWriter<'a> {
    context: Context<'a>,
    out: &'a mut dyn Write,
    header: Header,
    written: u64,
}

impl<'a> DatabaseWriter<'a> {
    pub fn new(context: Context<'a>, out: &'a mut dyn Write) -> Self {
        Self {
            context,
            out,
            header: Header::default(),
            written: 0,
        }
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), DataError> {
        self.header.extend(bytes);
        if !self.header.can_be_sqlite() {
            return Err(self.context.not_sqlite());
        }

        self.written += bytes.len() as u64;
        if self.written > self.context.max_unpacked_bytes {
            return Err(self.context.too_large());
        }

        self.out.write_all(bytes).map_err(DataError::file(
            "write the database unpacked from",
            self.context.archive,
        ))
    }

    /// Checks the database and returns the number of bytes written.
    pub fn finish(self) -> Result<u64, DataError> {
        self.header
            .check(self.written, || self.context.to_string())?;
        Ok(self.written)
    }
}
