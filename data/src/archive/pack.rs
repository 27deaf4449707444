//! Packing of a database into an archive, reproducibly.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use flate2::{Compression, GzBuilder};
use relevance_storage::AtomicFile;

use super::base64_text::{WrappedBase64, wrapped_length};
use crate::error::DataError;
use crate::sqlite_file::{Header, pending_journal};

/// Name of the archive's entry.
const ENTRY: &str = "db.sqlite.base64";

/// Value of the gzip header for an unknown operating system.
const UNKNOWN_SYSTEM: u8 = 255;

/// Packs the SQLite file `database` into the file `archive`, which is replaced if it exists.
///
/// The entry is `db.sqlite.base64`, base64 in lines of 76 characters. Times, owners and modes are
/// fixed, so that equal databases give equal archives.
///
/// # Errors
///
/// When a file cannot be read or written, when `database` is not SQLite, when a journal beside it
/// holds changes, or when it changes meanwhile. No file is left behind.
pub fn pack(database: &Path, archive: &Path) -> Result<(), DataError> {
    let name = database.display().to_string();
    if let Some(journal) = pending_journal(database) {
        return Err(DataError::PendingChanges {
            file: name,
            journal: journal.display().to_string(),
        });
    }

    let mut file = File::open(database).map_err(DataError::file("open", &name))?;
    let length = file
        .metadata()
        .map_err(DataError::file("read", &name))?
        .len();
    let header = Header::read(&mut file).map_err(DataError::file("read", &name))?;
    header.check(length, || format!("`{name}`"))?;
    let mut bytes = header.bytes().chain(file);

    let target = archive.display().to_string();
    let mut partial =
        AtomicFile::create(archive).map_err(DataError::file("create a file beside", &target))?;
    let is_whole =
        write_archive(&mut bytes, length, &mut partial).map_err(DataError::file("pack", &name))?;
    if !is_whole {
        return Err(DataError::Changed { file: name });
    }

    partial.commit().map_err(DataError::file("replace", target))
}

/// Writes the archive and returns whether there were exactly `length` bytes.
fn write_archive(bytes: &mut dyn Read, length: u64, out: &mut dyn Write) -> io::Result<bool> {
    let gzip = GzBuilder::new()
        .mtime(0)
        .operating_system(UNKNOWN_SYSTEM)
        .write(out, Compression::best());

    let mut tarball = tar::Builder::new(gzip);
    let mut text = WrappedBase64::new(bytes).take(wrapped_length(length) + 1);
    tarball.append(&entry_header(length)?, &mut text)?;

    let left = text.limit();
    tarball.into_inner()?.finish()?;
    Ok(left == 1)
}

fn entry_header(length: u64) -> io::Result<tar::Header> {
    let mut header = tar::Header::new_ustar();
    header.set_path(ENTRY)?;
    header.set_entry_type(tar::EntryType::Regular);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(wrapped_length(length));
    header.set_cksum();

    Ok(header)
}
