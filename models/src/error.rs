//! Errors of the store.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use relevance_storage::advice;

use crate::aliases::{Aliases, PRODUCTION};
use crate::manifest::FileEntry;

/// Error of a store's operation.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A name, an alias or a file name that the layout does not allow.
    #[error("`{value}` is not a valid {kind}: {rule}")]
    InvalidName {
        /// Kind of the value: `model name`, `alias`, `file name`, `digest`.
        kind: &'static str,
        /// The given value.
        value: String,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// A location that is neither a path nor a supported URL.
    #[error("`{location}` is not a store's location")]
    InvalidLocation {
        /// The given value.
        location: String,
        /// Cause of the error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A bucket whose settings are missing or malformed.
    #[error("`{location}` cannot be opened; {variables}")]
    InvalidSettings {
        /// The given value.
        location: String,
        /// The variables that the service reads.
        variables: &'static str,
        /// The missing or malformed setting.
        #[source]
        source: object_store::Error,
    },
    /// A publication without a file.
    #[error("a version of `{name}` needs at least one file")]
    NoFiles {
        /// The model's name.
        name: String,
    },
    /// A publication with the same file twice.
    #[error("`{file}` is twice in one version of `{name}`")]
    DuplicateFile {
        /// The model's name.
        name: String,
        /// The duplicate file.
        file: String,
    },
    /// A model that the store does not have.
    #[error("the store has no model `{name}`; it has: {}", enumerate(names))]
    UnknownModel {
        /// The requested name.
        name: String,
        /// The existing names.
        names: Vec<String>,
    },
    /// A version that does not exist or is not complete.
    #[error("`{name}` has no version {version}; it has: {}", enumerate(versions))]
    UnknownVersion {
        /// The model's name.
        name: String,
        /// The requested version.
        version: u64,
        /// The existing versions.
        versions: Vec<u64>,
    },
    /// A version that was pruned, though some of its files may be left.
    #[error("version {version} of `{name}` was pruned: publish the model again to name it")]
    Pruned {
        /// The model's name.
        name: String,
        /// The requested version.
        version: u64,
    },
    /// A selector that is neither an alias nor a version.
    #[error(
        "`{name}` has no alias or version `{selector}`; aliases: {aliases}; versions: {}{}",
        enumerate(versions),
        advise_promotion(selector, versions)
    )]
    UnknownSelector {
        /// The model's name.
        name: String,
        /// The requested alias or number.
        selector: String,
        /// The existing aliases.
        aliases: Aliases,
        /// The existing versions.
        versions: Vec<u64>,
    },
    /// A file that the manifest does not list.
    #[error("version {version} of `{name}` has no file `{file}`")]
    UnknownFile {
        /// The model's name.
        name: String,
        /// The version.
        version: u64,
        /// The requested file.
        file: String,
    },
    /// A file whose length or digest differs from the manifest.
    #[error(
        "`{file}` of version {version} of `{name}` was altered: expected {expected}, got {got}"
    )]
    Altered {
        /// The model's name.
        name: String,
        /// The version.
        version: u64,
        /// The altered file.
        file: String,
        /// Length and digest in the manifest.
        expected: Box<FileEntry>,
        /// Length and digest of the stored file.
        got: Box<FileEntry>,
    },
    /// A file whose length differs from the manifest, and that was not read.
    #[error(
        "`{file}` of version {version} of `{name}` was altered: expected {expected} bytes, got {got}"
    )]
    AlteredLength {
        /// The model's name.
        name: String,
        /// The version.
        version: u64,
        /// The altered file.
        file: String,
        /// Length in the manifest.
        expected: u64,
        /// Length of the stored file.
        got: u64,
    },
    /// A manifest or aliases that are too large to be read.
    #[error(
        "`{path}` has {bytes} bytes, more than the {limit} that a manifest or aliases may have"
    )]
    RecordTooLarge {
        /// Path below the store's location.
        path: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// Frozen test rows whose content does not match their digest.
    #[error("the test rows {digest} of `{name}` were altered: they have sha256 {got}")]
    AlteredTestRows {
        /// The model's name.
        name: String,
        /// The digest in their name.
        digest: String,
        /// The digest of their content.
        got: String,
    },
    /// Frozen test rows that a version names, but the store lacks.
    #[error(
        "the store lacks the test rows {digest} of version {version} of `{name}`: restore them, or \
         copy only its public files"
    )]
    MissingTestRows {
        /// The model's name.
        name: String,
        /// The version.
        version: u64,
        /// The digest in its manifest.
        digest: String,
    },
    /// A manifest that cannot be parsed.
    #[error(
        "the manifest of version {version} of `{name}` cannot be read; restore the file, or \
         withdraw the version with `relevance models repair`"
    )]
    UnreadableManifest {
        /// The model's name.
        name: String,
        /// The version.
        version: u64,
        /// The parser's error.
        #[source]
        source: serde_json::Error,
    },
    /// A manifest of another version than its folder's.
    #[error(
        "the manifest in `{name}/{version}` is that of version {got_version} of `{got_name}`; \
         restore the file, or withdraw the version with `relevance models repair`"
    )]
    MisplacedManifest {
        /// The folder's name.
        name: String,
        /// The folder's version.
        version: u64,
        /// The manifest's name.
        got_name: String,
        /// The manifest's version.
        got_version: u64,
    },
    /// Aliases that cannot be parsed.
    #[error(
        "the aliases of `{name}` cannot be read; `relevance models repair` keeps what is readable \
         of them"
    )]
    UnreadableAliases {
        /// The model's name.
        name: String,
        /// The parser's error.
        #[source]
        source: serde_json::Error,
    },
    /// A rollback without an earlier production version.
    #[error("`{name}` cannot be rolled back: no version was in production before the present one")]
    NoPrevious {
        /// The model's name.
        name: String,
    },
    /// Concurrent writers made every attempt fail.
    #[error(
        "gave up writing `{path}` after {attempts} attempts: other writers were faster each time"
    )]
    Contended {
        /// Path of the object.
        path: String,
        /// Number of attempts.
        attempts: u32,
    },
    /// Another process holds the lock of a local store's aliases.
    #[error(
        "`{}` has been locked by another process for {} s: end that process, or wait for it, and \
         try again", path.display(), waited.as_secs()
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Time that the lock was waited for.
        waited: Duration,
    },
    /// The lock of a local store's aliases cannot be acquired.
    #[error("cannot lock `{}`", path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The folder of a local store cannot be written to.
    #[error("cannot write into `{}`, where the store is to write the model", path.display())]
    NotWritable {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The staging files of a local store cannot be listed or removed.
    #[error("cannot clean up `{}`", path.display())]
    Staging {
        /// The folder or the file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// An operation of the object store failed.
    #[error("cannot {operation} `{path}`{}", advise(operation, source))]
    Objects {
        /// `list`, `read`, `write` or `delete`.
        operation: &'static str,
        /// Path of the object.
        path: String,
        /// The object store's error.
        #[source]
        source: object_store::Error,
    },
}

impl StoreError {
    /// Returns whether a file that a manifest names is missing or altered: nothing but another copy
    /// of the store has it.
    #[must_use]
    pub const fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Altered { .. }
                | Self::AlteredLength { .. }
                | Self::AlteredTestRows { .. }
                | Self::MissingTestRows { .. }
                | Self::Objects {
                    source: object_store::Error::NotFound { .. },
                    ..
                }
        )
    }
}

/// Returns advice on an error after a colon, or nothing.
fn advise(operation: &str, source: &object_store::Error) -> String {
    advice(operation, "list, read, write and delete", source)
        .map_or_else(String::new, |advice| format!(": {advice}"))
}

/// Returns how to get the alias, when there are versions that it could name.
fn advise_promotion(selector: &str, versions: &[u64]) -> &'static str {
    if selector == PRODUCTION && !versions.is_empty() {
        ": name a version, or promote one with `relevance models promote VERSION`"
    } else {
        ""
    }
}

/// Formats as `1, 2, 3`, or `none`.
fn enumerate<T: ToString>(items: &[T]) -> String {
    if items.is_empty() {
        return "none".to_owned();
    }

    items
        .iter()
        .map(T::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
