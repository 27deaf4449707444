//! Contents of a model's folder.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use object_store::ObjectMeta;
use object_store::path::Path;

use crate::layout::{
    ALIASES, ALIASES_LOCK, MANIFEST, MLFLOW_FILES, TEST_ROWS, TEST_ROWS_SUFFIX, TRITON_CONFIG,
};
use crate::name::is_digest;

/// Files of a version with the time of writing, by their path in its folder.
pub(crate) type Files = BTreeMap<String, Timestamp>;

/// Contents of a model's folder, from one recursive listing.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Files of every numbered folder, complete or not.
    pub(crate) folders: BTreeMap<u64, Files>,
    /// Digests of the test rows, with the time of the last writing.
    pub(crate) test_rows: BTreeMap<String, Timestamp>,
    /// Paths below the model's folder that belong neither to a version nor to the store.
    pub(crate) unexpected: BTreeSet<String>,
    /// Whether the aliases exist.
    pub(crate) has_aliases: bool,
}

impl Listing {
    /// Sorts the objects below `folder` into versions and the rest.
    pub(crate) fn new(folder: &Path, objects: Vec<ObjectMeta>) -> Self {
        let mut listing = Self::default();
        for object in objects {
            let Some(parts) = object.location.prefix_match(folder) else {
                continue;
            };
            let parts: Vec<String> = parts.map(|part| part.as_ref().to_owned()).collect();
            let written = Timestamp::from_millisecond(object.last_modified.timestamp_millis());
            listing.add(&parts, written.unwrap_or(Timestamp::MAX));
        }

        listing
    }

    fn add(&mut self, parts: &[String], written: Timestamp) {
        match parts {
            [file] if file == ALIASES => self.has_aliases = true,
            [file] if file == ALIASES_LOCK || file == TRITON_CONFIG => {}
            [folder, path @ ..] if is_in_version(folder, path) => {
                let version = parse_version(folder).unwrap_or_default();
                self.folders
                    .entry(version)
                    .or_default()
                    .insert(path.join("/"), written);
            }
            [folder, file] if folder == TEST_ROWS && test_rows_digest(file).is_some() => {
                let digest = test_rows_digest(file).unwrap_or_default();
                self.test_rows.insert(digest.to_owned(), written);
            }
            other => {
                self.unexpected.insert(other.join("/"));
            }
        }
    }

    /// Returns the versions with a manifest, ascending.
    pub(crate) fn complete(&self) -> Vec<u64> {
        let manifests = self
            .folders
            .iter()
            .filter(|(_, files)| files.contains_key(MANIFEST));
        manifests.map(|(version, _)| *version).collect()
    }

    /// Returns the lowest number above all that publishers have claimed.
    pub(crate) fn next(&self) -> u64 {
        self.folders
            .last_key_value()
            .map_or(1, |(version, _)| version.saturating_add(1))
    }

    /// Returns whether the store has nothing of the model.
    pub(crate) fn is_empty(&self) -> bool {
        self.folders.is_empty()
            && self.test_rows.is_empty()
            && self.unexpected.is_empty()
            && !self.has_aliases
    }
}

/// Returns whether the path below a folder is that of a version's file, or of one of MLflow.
fn is_in_version(folder: &str, path: &[String]) -> bool {
    let is_expected = path.len() == 1 || MLFLOW_FILES.contains(&path.join("/").as_str());
    is_expected && parse_version(folder).is_some()
}

/// Parses a folder's name as a version: canonical decimal, from 1.
pub(crate) fn parse_version(folder: &str) -> Option<u64> {
    let version: u64 = folder.parse().ok()?;
    (version > 0 && version.to_string() == folder).then_some(version)
}

/// Returns the digest in the name of a file of test rows.
fn test_rows_digest(file: &str) -> Option<&str> {
    file.strip_suffix(TEST_ROWS_SUFFIX)
        .filter(|digest| is_digest(digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_numbers_are_versions() {
        for (folder, want) in [
            ("1", Some(1)),
            ("12", Some(12)),
            ("0", None),
            ("01", None),
            ("+1", None),
            ("x", None),
        ] {
            assert_eq!(parse_version(folder), want, "{folder}");
        }
    }

    #[test]
    fn a_folder_without_manifest_is_claimed_but_not_complete() {
        let mut listing = Listing::default();
        for path in [
            "1/manifest.json",
            "1/model.onnx",
            "4/model.onnx",
            "1/code/relevance_mlflow.py",
            "1/code/other.py",
            "x/y",
            "aliases.json",
            "config.pbtxt",
            "test-rows/y",
        ] {
            listing.add(
                &path.split('/').map(str::to_owned).collect::<Vec<_>>(),
                Timestamp::UNIX_EPOCH,
            );
        }

        assert_eq!(listing.complete(), [1]);
        assert_eq!(listing.next(), 5);
        assert!(listing.folders[&1].contains_key("code/relevance_mlflow.py"));
        let unexpected = ["1/code/other.py", "test-rows/y", "x/y"].map(str::to_owned);
        assert_eq!(listing.unexpected, BTreeSet::from(unexpected));
    }
}
