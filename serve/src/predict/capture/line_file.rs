//! Append-only file of JSON lines, bounded in size, which other programs may move or cut.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use serde::de::IgnoredAny;

/// Bytes that are read at once in the search for the start of the last line.
const CHUNK_BYTES: u64 = 8192;

/// A file of JSON lines that becomes `PATH.1` when it is full.
///
/// Nothing about the file is remembered between two entries, since a rotation by another program, a
/// full disk or a second service can change it at any time.
#[derive(Debug)]
pub(super) struct LineFile {
    path: PathBuf,
    file: File,
    max_bytes: u64,
}

impl LineFile {
    /// Opens the file, or creates it.
    pub(super) fn open(path: PathBuf, max_bytes: u64) -> io::Result<Self> {
        let file = open(&path)?;
        Ok(Self {
            path,
            file,
            max_bytes,
        })
    }

    /// Appends whole lines.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, rotated or written; then none of the lines ends up as half a
    /// line before those of the next call.
    pub(super) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.reopen_if_replaced()?;
        self.repair_last_line()?;

        let length = self.file.metadata()?.len();
        if length > 0 && length + lines.len() as u64 > self.max_bytes {
            self.rotate()?;
        }

        let result = self.file.write_all(lines);
        if result.is_err() {
            // If this fails too, the next call repairs the line.
            let _ = self.repair_last_line();
        }
        result
    }

    /// Opens the path again when it names another file than the open one, or none.
    fn reopen_if_replaced(&mut self) -> io::Result<()> {
        let is_open = match std::fs::metadata(&self.path) {
            Ok(at_path) => is_same_file(&self.file.metadata()?, &at_path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        };
        if !is_open {
            self.file = open(&self.path)?;
        }
        Ok(())
    }

    /// Renames the full file and opens a new one.
    fn rotate(&mut self) -> io::Result<()> {
        let mut older = self.path.clone().into_os_string();
        older.push(".1");
        std::fs::rename(&self.path, older)?;
        self.file = open(&self.path)?;
        Ok(())
    }

    /// Ends a last line that lacks its line feed, or removes it if a write tore it.
    fn repair_last_line(&mut self) -> io::Result<()> {
        let metadata = self.file.metadata()?;
        let length = metadata.len();
        if !metadata.is_file() || length == 0 || self.read_at(length - 1, 1)? == b"\n" {
            return Ok(());
        }

        let start = self.last_line_start(length)?;
        let line = self.read_at(start, length - start)?;
        if !is_torn(&line) {
            return self.file.write_all(b"\n");
        }

        self.file.set_len(start)?;
        tracing::warn!(
            path = %self.path.display(),
            bytes = line.len(),
            "removed half a line, which an incomplete write left at the end of the capture file"
        );
        Ok(())
    }

    /// Returns the offset after the last line feed.
    fn last_line_start(&mut self, length: u64) -> io::Result<u64> {
        let mut end = length;
        while end > 0 {
            let start = end.saturating_sub(CHUNK_BYTES);
            let chunk = self.read_at(start, end - start)?;
            if let Some(index) = chunk.iter().rposition(|&byte| byte == b'\n') {
                return Ok(start + index as u64 + 1);
            }
            end = start;
        }
        Ok(0)
    }

    fn read_at(&mut self, offset: u64, bytes: u64) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        self.file.seek(SeekFrom::Start(offset))?;
        (&self.file).take(bytes).read_to_end(&mut content)?;
        Ok(content)
    }
}

fn open(path: &PathBuf) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(path)
}

/// Returns whether a line is the beginning of an entry: incomplete JSON with the service's own first
/// key. Anything else was written by somebody else and is kept.
fn is_torn(line: &[u8]) -> bool {
    const FIRST_KEY: &[u8] = b"{\"kind\":";
    let common = line.len().min(FIRST_KEY.len());
    line[..common] == FIRST_KEY[..common] && serde_json::from_slice::<IgnoredAny>(line).is_err()
}

#[cfg(unix)]
fn is_same_file(open: &Metadata, at_path: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    (open.dev(), open.ino()) == (at_path.dev(), at_path.ino())
}

#[cfg(not(unix))]
fn is_same_file(open: &Metadata, at_path: &Metadata) -> bool {
    open.created().ok() == at_path.created().ok()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const ENTRY: &[u8] = b"{\"kind\":\"feedback\",\"index\":0}\n";

    fn read(path: &Path) -> Vec<u8> {
        std::fs::read(path).unwrap()
    }

    #[test]
    fn a_full_file_is_replaced_by_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("capture.jsonl");
        let mut file = LineFile::open(path.clone(), 10).unwrap();
        for line in ["first\n", "second\n", "third\n"] {
            file.append(line.as_bytes()).unwrap();
        }

        assert_eq!(read(&folder.path().join("capture.jsonl.1")), b"second\n");
        assert_eq!(read(&path), b"third\n");

        let mut file = LineFile::open(path.clone(), 100).unwrap();
        file.append(b"fourth\n").unwrap();
        assert_eq!(read(&path), b"third\nfourth\n");
    }

    #[test]
    fn a_file_that_was_moved_removed_or_cut_is_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("capture.jsonl");
        let moved = folder.path().join("capture.jsonl.old");
        let mut file = LineFile::open(path.clone(), 10).unwrap();
        file.append(b"first\n").unwrap();

        std::fs::rename(&path, &moved).unwrap();
        file.append(b"second\n").unwrap();
        assert_eq!(read(&moved), b"first\n");
        assert_eq!(read(&path), b"second\n");

        std::fs::remove_file(&path).unwrap();
        file.append(b"third\n").unwrap();
        assert_eq!(read(&path), b"third\n");

        // Emptied in place: there is room again, so nothing is rotated.
        File::create(&path).unwrap();
        file.append(b"fourth\n").unwrap();
        assert_eq!(read(&path), b"fourth\n");
        assert!(!folder.path().join("capture.jsonl.1").exists());
    }

    #[test]
    fn half_a_line_at_the_end_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("capture.jsonl");
        let long = format!(
            "{{\"kind\":\"prediction\",\"text\":\"{}",
            "a".repeat(20_000)
        );
        for torn in ["{", "{\"kind\":", "{\"kind\":\"feedback\",\"ind", &long] {
            for before in [&b""[..], ENTRY] {
                std::fs::write(&path, [before, torn.as_bytes()].concat()).unwrap();
                let mut file = LineFile::open(path.clone(), 100_000).unwrap();
                file.append(ENTRY).unwrap();
                assert_eq!(read(&path), [before, ENTRY].concat());
            }
        }
    }

    #[test]
    fn a_complete_or_foreign_last_line_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("capture.jsonl");
        for last in [&ENTRY[..ENTRY.len() - 1], b"a note", b"{\"other\":"] {
            std::fs::write(&path, last).unwrap();
            let mut file = LineFile::open(path.clone(), 1000).unwrap();
            file.append(ENTRY).unwrap();
            assert_eq!(read(&path), [last, b"\n", ENTRY].concat());
        }
    }
}
