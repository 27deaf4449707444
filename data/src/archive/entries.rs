//! Search for the one file of a gzip tarball among directories and metadata.
//!
//! Nothing is written under a name from the tarball, and headers are read up to a limit, so a
//! hostile tarball can neither place a file nor exhaust memory.

use std::cell::Cell;
use std::io::{self, BufRead, Read};

use tar::{Entry, EntryType, PaxExtensions};

use super::context::Context;
use crate::error::DataError;
use crate::gzip::Gunzip;

/// Maximum length of an extended header (a long name, pax attributes).
const MAX_HEADER_BYTES: u64 = 1 << 20;

/// Maximum number of bytes of a tarball beside the text of its one file.
const TARBALL_OVERHEAD_BYTES: u64 = 1 << 20;

/// Callback for the one file.
pub(super) type VisitFile<'v> =
    dyn FnMut(Context<'_>, &mut FileBytes<'_>) -> Result<(), DataError> + 'v;

/// Reader of the one file, which reports a truncated file as an error.
pub(super) struct FileBytes<'a> {
    context: Context<'a>,
    entry: &'a mut dyn Read,
    left: u64,
}

impl FileBytes<'_> {
    /// Reads into `buffer` until it is full or the file ends.
    pub fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, DataError> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read(&mut buffer[filled..])? {
                0 => break,
                length => filled += length,
            }
        }
        Ok(filled)
    }

    /// Reads into the front of `buffer`; 0 at the end of the file.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, DataError> {
        let length = self
            .entry
            .read(buffer)
            .map_err(|error| self.context.read_error(error))?;

        self.left -= length as u64;
        if length == 0 && self.left > 0 {
            return Err(self.context.truncated());
        }
        Ok(length)
    }
}

/// Reader that counts bytes and fails above a limit.
struct Measured<'a, R> {
    inner: R,
    offset: &'a Cell<u64>,
    limit: u64,
}

impl<R: Read> Read for Measured<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;

        self.offset.set(self.offset.get() + length as u64);
        if self.offset.get() > self.limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(length)
    }
}

/// Calls `visit` with the one file of the tarball and returns the file's name.
///
/// It reads to the end, so that a second file or a truncated end is an error.
pub(super) fn visit_file(
    gzip: impl BufRead,
    context: Context<'_>,
    visit: &mut VisitFile<'_>,
) -> Result<String, DataError> {
    let mut archive = tar::Archive::new(Measured {
        inner: Gunzip::new(gzip),
        offset: context.offset,
        limit: tarball_limit(context.max_unpacked_bytes),
    });
    let read_error = |error| context.read_error(error);

    let mut search = Search {
        context,
        found: None,
        long_name: None,
    };
    for entry in archive.entries().map_err(read_error)?.raw(true) {
        search.take(&mut entry.map_err(read_error)?, visit)?;
    }

    // The checksum is at the end of the gzip stream.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(read_error)?;

    search.found.ok_or_else(|| DataError::ArchiveEmpty {
        archive: context.archive.to_owned(),
    })
}

/// State of the search for the one file.
struct Search<'a> {
    context: Context<'a>,
    found: Option<String>,
    /// Name of the next entry from an extended header.
    long_name: Option<Vec<u8>>,
}

impl Search<'_> {
    fn take<R: Read>(
        &mut self,
        entry: &mut Entry<'_, R>,
        visit: &mut VisitFile<'_>,
    ) -> Result<(), DataError> {
        let kind = entry.header().entry_type();
        if kind.is_pax_global_extensions() || kind.is_gnu_longlink() {
            return Ok(());
        }

        if kind.is_pax_local_extensions() {
            self.long_name = pax_path(&self.header_bytes(entry)?);
            return Ok(());
        }

        if kind.is_gnu_longname() {
            let mut name = self.header_bytes(entry)?;
            name.truncate(
                name.iter()
                    .position(|&byte| byte == 0)
                    .unwrap_or(name.len()),
            );
            self.long_name = Some(name);
            return Ok(());
        }

        let name = self.long_name.take();
        let name = name.unwrap_or_else(|| entry.path_bytes().into_owned());
        let name = String::from_utf8_lossy(&name).escape_debug().to_string();

        if is_wanted(kind, self.context.in_entry(&name))? {
            self.take_file(name, entry, visit)?;
        }
        Ok(())
    }

    fn take_file<R: Read>(
        &mut self,
        name: String,
        entry: &mut Entry<'_, R>,
        visit: &mut VisitFile<'_>,
    ) -> Result<(), DataError> {
        if let Some(first) = self.found.take() {
            return Err(DataError::ArchiveSecondFile {
                archive: self.context.archive.to_owned(),
                first,
                second: name,
            });
        }

        let context = self.context.in_entry(&name);
        if entry.size() > tarball_limit(context.max_unpacked_bytes) {
            return Err(context.too_large());
        }

        let left = entry.size();
        visit(
            context,
            &mut FileBytes {
                context,
                entry,
                left,
            },
        )?;
        self.found = Some(name);
        Ok(())
    }

    /// Reads the content of an extended header.
    fn header_bytes<R: Read>(&self, entry: &mut Entry<'_, R>) -> Result<Vec<u8>, DataError> {
        if entry.size() > MAX_HEADER_BYTES {
            let context = self.context.in_entry("(extended header)");
            return Err(context.entry_kind("longer than 1 MiB"));
        }

        let mut header = Vec::new();
        entry
            .read_to_end(&mut header)
            .map_err(|error| self.context.read_error(error))?;
        Ok(header)
    }
}

/// Returns the maximum length of a tarball: base64 takes 4/3 of the bytes, its line breaks up to
/// 1/38 more.
const fn tarball_limit(max_unpacked_bytes: u64) -> u64 {
    max_unpacked_bytes
        .saturating_add(max_unpacked_bytes / 2)
        .saturating_add(TARBALL_OVERHEAD_BYTES)
}

fn pax_path(header: &[u8]) -> Option<Vec<u8>> {
    PaxExtensions::new(header)
        .flatten()
        .find(|extension| extension.key_bytes() == b"path")
        .map(|extension| extension.value_bytes().to_vec())
}

/// Returns whether the entry is the file, and not a directory or metadata.
fn is_wanted(kind: EntryType, context: Context<'_>) -> Result<bool, DataError> {
    let path = context.entry.unwrap_or_default();
    if path.split(['/', '\\']).any(|part| part == "..") {
        return Err(context.unsafe_path());
    }

    match kind {
        EntryType::Directory => Ok(false),
        EntryType::Regular | EntryType::Continuous => {
            Ok(!path.ends_with('/') && !is_system_metadata(path))
        }
        EntryType::Symlink => Err(context.entry_kind("a symbolic link")),
        EntryType::Link => Err(context.entry_kind("a hard link")),
        EntryType::GNUSparse => Err(context.entry_kind("a sparse file")),
        EntryType::Char | EntryType::Block => Err(context.entry_kind("a device")),
        EntryType::Fifo => Err(context.entry_kind("a pipe")),
        _ => Err(context.entry_kind("of an unknown kind")),
    }
}

/// Returns whether the entry is metadata that macOS adds beside a file.
fn is_system_metadata(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with("._") || name == ".DS_Store" || path.split('/').any(|part| part == "__MACOSX")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macos_metadata_is_recognized() {
        for (path, want) in [
            ("._db.sqlite.base64", true),
            ("Users/a/._db.sqlite.base64", true),
            ("__MACOSX/Users/a/db", true),
            ("Users/a/.DS_Store", true),
            ("Users/a/db.sqlite.base64", false),
            ("a._b", false),
            ("_MACOSX/db", false),
        ] {
            assert_eq!(is_system_metadata(path), want, "{path}");
        }
    }
}
