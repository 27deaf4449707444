//! Archive to database.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;

use relevance_storage::AtomicFile;

use super::base64_text::Base64Decoder;
use super::context::Place;
use super::database::DatabaseWriter;
use super::entries::visit_file;
use crate::error::DataError;

/// Bytes of base64 text read at once.
const TEXT_BYTES: usize = 1 << 16;

/// What came out of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// Name of the entry that held the database.
    pub entry: String,
    /// Length of the database in bytes.
    pub bytes: u64,
}

/// Decodes the database in `archive` to the file `target`, which is replaced if it exists.
///
/// `max_unpacked_bytes` bounds the decoded database; the tarball may have half as much again and 1 MiB.
///
/// # Errors
///
/// When a file cannot be read or written; when the archive is broken, holds no file, two files, a link or a
/// path with `..`; when the file is not base64, not SQLite or too long. No file is left then.
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

/// Decodes the database in the archive called `name` to `database`.
pub(crate) fn unpack_reader(
    archive: impl Read,
    name: &str,
    database: &mut dyn Write,
    max_unpacked_bytes: u64,
) -> Result<Unpacked, DataError> {
    let offset = Cell::new(0);
    let place = Place {
        archive: name,
        entry: None,
        max_unpacked_bytes,
        offset: &offset,
    };
    let mut bytes = 0;
    let entry = visit_file(archive, place, &mut |place, text| {
        let database = DatabaseWriter::new(place, &mut *database);
        let mut decoder = Base64Decoder::new(place, database);
        let mut buffer = vec![0; TEXT_BYTES];
        loop {
            match text.read(&mut buffer)? {
                0 => break,
                length => decoder.push(&buffer[..length])?,
            }
        }
        bytes = decoder.finish()?;
        Ok(())
    })?;
    Ok(Unpacked { entry, bytes })
}
