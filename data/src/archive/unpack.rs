//! Unpacking of an archive's database.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use relevance_storage::AtomicFile;

use super::base64_text::Base64Decoder;
use super::content::Content;
use super::context::Context;
use super::database::DatabaseWriter;
use super::entries::{FileBytes, visit_file};
use crate::error::DataError;

/// Bytes per read.
const TEXT_BYTES: usize = 1 << 16;

/// Result of unpacking an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// Name of the entry with the database.
    pub entry: String,
    /// Length of the database in bytes.
    pub bytes: u64,
}

/// Unpacks the database in `archive` to the file `target`, which is replaced if it exists.
///
/// `max_unpacked_bytes` limits the decoded database; the tarball may have one and a half times that
/// and 1 MiB.
///
/// # Errors
///
/// When a file cannot be read or written; when the archive is damaged, holds no file, two files, a
/// link or a path with `..`; when the file is neither SQLite nor its base64 text, or too long. No
/// file is left behind.
pub fn unpack(
    archive: &Path,
    target: &Path,
    max_unpacked_bytes: u64,
) -> Result<Unpacked, DataError> {
    let name = archive.display().to_string();
    let file = File::open(archive).map_err(DataError::file("open", &name))?;

    let database = target.display().to_string();
    let mut partial =
        AtomicFile::create(target).map_err(DataError::file("create a file beside", &database))?;
    let unpacked = unpack_reader(
        BufReader::new(file),
        &name,
        &mut partial,
        max_unpacked_bytes,
    )?;

    partial
        .commit()
        .map_err(DataError::file("replace", database))?;
    Ok(unpacked)
}

/// Unpacks the database in an archive to `database`; `name` is for messages.
pub(crate) fn unpack_reader(
    archive: impl BufRead,
    name: &str,
    database: &mut dyn Write,
    max_unpacked_bytes: u64,
) -> Result<Unpacked, DataError> {
    let offset = Cell::new(0);
    let context = Context {
        archive: name,
        entry: None,
        max_unpacked_bytes,
        offset: &offset,
    };

    let mut bytes = 0;
    let entry = visit_file(archive, context, &mut |context, file| {
        let database = DatabaseWriter::new(context, &mut *database);
        let mut buffer = vec![0; TEXT_BYTES];
        let length = file.fill(&mut buffer)?;

        bytes = match Content::recognize(&buffer[..length]) {
            Content::Sqlite => copy(file, &mut buffer, length, database)?,
            Content::Base64 => decode(file, &mut buffer, length, context, database)?,
            Content::Other(kind) => return Err(context.content(kind)),
        };
        Ok(())
    })?;

    Ok(Unpacked { entry, bytes })
}

/// Copies a database, of which the buffer has the first bytes, and returns its length.
fn copy(
    file: &mut FileBytes<'_>,
    buffer: &mut [u8],
    mut length: usize,
    mut database: DatabaseWriter<'_>,
) -> Result<u64, DataError> {
    while length > 0 {
        database.write(&buffer[..length])?;
        length = file.fill(buffer)?;
    }
    database.finish()
}

/// Decodes base64 text, of which the buffer has the first bytes, and returns the database's length.
fn decode<'a>(
    file: &mut FileBytes<'_>,
    buffer: &mut [u8],
    mut length: usize,
    context: Context<'a>,
    database: DatabaseWriter<'a>,
) -> Result<u64, DataError> {
    let mut decoder = Base64Decoder::new(context, database);
    while length > 0 {
        decoder.push(&buffer[..length])?;
        length = file.fill(buffer)?;
    }
    decoder.finish()
}
