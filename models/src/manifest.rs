//! Manifest of a version.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Manifest of a version: its files with their digests, and the record of its training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The model's name.
    pub name: String,
    /// The version's number, from 1.
    pub version: u64,
    /// Time of creation.
    pub created: jiff::Timestamp,
    /// Files of the version by name, without the manifest itself.
    pub files: BTreeMap<String, FileEntry>,
    /// Settings, digests, counts and versions that training recorded; the store does not interpret
    /// them.
    pub training: serde_json::Value,
}

impl Manifest {
    /// Returns the stored form: indented JSON with a trailing newline.
    pub(crate) fn to_json(&self) -> Bytes {
        let mut json =
            serde_json::to_vec_pretty(self).expect("every key of a manifest is a string");
        json.push(b'\n');

        json.into()
    }
}

/// Length and digest of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// SHA-256 of the content, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
}

impl FileEntry {
    /// Computes length and digest of a file's content.
    #[must_use]
    pub fn from_content(content: &[u8]) -> Self {
        Self {
            sha256: hex::encode(Sha256::digest(content)),
            bytes: content.len() as u64,
        }
    }
}

impl fmt::Display for FileEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} bytes with sha256 {}",
            self.bytes, self.sha256
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_the_known_digest_of_its_content() {
        let entry = FileEntry::from_content(b"abc");
        let want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((entry.sha256.as_str(), entry.bytes), (want, 3));
    }
}
