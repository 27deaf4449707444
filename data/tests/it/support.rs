//! Databases and tarballs for the tests.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use relevance_data::{SourceSettings, open};
use relevance_storage::error_chain;
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use tar::{EntryType, Header};
use tempfile::TempDir;

/// Returns bytes with the magic of a SQLite file, but no database.
pub fn fake_database(length: usize) -> Vec<u8> {
    let mut bytes = b"SQLite format 3\0".to_vec();
    bytes.extend((bytes.len()..length).map(|index| index.to_le_bytes()[0].wrapping_mul(31)));
    bytes
}

pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Wraps a text in lines of `width` characters, each with `ending`.
pub fn wrapped(text: &str, width: usize, ending: &str) -> String {
    let mut lines = String::new();
    for line in text.as_bytes().chunks(width) {
        lines.push_str(str::from_utf8(line).unwrap());
        lines.push_str(ending);
    }
    lines
}

/// Builder of a tarball.
pub struct Tarball(tar::Builder<Vec<u8>>);

impl Tarball {
    pub fn new() -> Self {
        Self(tar::Builder::new(Vec::new()))
    }

    /// Adds an entry under any name, also a hostile one.
    pub fn entry(mut self, kind: EntryType, name: &str, content: &[u8]) -> Self {
        let mut header = Header::new_ustar();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        header.set_cksum();
        self.0.append(&header, content).unwrap();
        self
    }

    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.entry(EntryType::Regular, name, content.as_ref())
    }

    pub fn long_named_file(mut self, name: &str, content: &str) -> Self {
        let mut header = Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        self.0
            .append_data(&mut header, name, content.as_bytes())
            .unwrap();
        self
    }

    pub fn pax(mut self, attributes: &[(&str, &[u8])]) -> Self {
        self.0
            .append_pax_extensions(attributes.iter().copied())
            .unwrap();
        self
    }

    pub fn tar(self) -> Vec<u8> {
        self.0.into_inner().unwrap()
    }

    pub fn gzip(self) -> Vec<u8> {
        gzip(&self.tar())
    }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from_digit(digit.into(), 16).unwrap())
        .collect()
}

/// Writes `content` to a file called `name` in a new directory.
pub fn write(name: &str, content: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    fs::write(&path, content).unwrap();
    (directory, path)
}

/// Creates a SQLite file from the statements, in a new directory.
pub fn sqlite(statements: &str) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("my.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch(statements)
        .unwrap();
    (directory, path)
}

/// Returns the text, the label and the line (0 without one) of each row.
pub fn rows(path: &Path, settings: &SourceSettings) -> Vec<(String, String, u64)> {
    let mut rows = Vec::new();
    let read = open(path, settings).unwrap().read(&mut |row| {
        let line = row.line.unwrap_or_default();
        rows.push((row.text.to_owned(), row.label.to_owned(), line));
        Ok(())
    });
    read.unwrap();
    rows
}

/// Returns the message of a source that cannot be opened or read.
#[track_caller]
pub fn source_error(path: &Path, settings: &SourceSettings) -> String {
    let read = open(path, settings).and_then(|source| source.read(&mut |_| Ok(())));
    error_chain(&read.unwrap_err())
}

/// Returns the names of the files in the directory.
pub fn listing(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Asserts that the message has every part.
#[track_caller]
pub fn assert_parts(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}
