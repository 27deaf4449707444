//! Why the store refused or failed.

use std::io;
use std::path::PathBuf;

use relevance_storage::advice;

use crate::aliases::Aliases;
use crate::manifest::FileEntry;

/// Why a call on the store was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A name, an alias or a file name that the layout does not allow.
    #[error("`{value}` is not a valid {kind}: {rule}")]
    InvalidName {
        /// What it should have been: `model name`, `alias`, `file name`, `digest`.
        kind: &'static str,
        /// What was given.
        value: String,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// A location that is neither a path nor a URL that can be read.
    #[error("`{location}` is not a store's location")]
    InvalidLocation {
        /// What was given.
        location: String,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A bucket whose settings are missing or malformed.
    #[error("`{location}` cannot be opened; {variables}")]
    InvalidSettings {
        /// What was given.
        location: String,
        /// The variables that are read.
        variables: &'static str,
        /// What is missing or malformed.
        #[source]
        source: object_store::Error,
    },
    /// A publication without any file.
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
        /// The file that is there twice.
        file: String,
    },
    /// A model of which the store holds nothing.
    #[error("the store has no model `{name}`; it has: {}", enumerate(names))]
    UnknownModel {
        /// The name asked for.
        name: String,
        /// The names that exist.
        names: Vec<String>,
    },
    /// A version that does not exist, or was never completed.
    #[error("`{name}` has no version {version}; it has: {}", enumerate(versions))]
    UnknownVersion {
        /// The model's name.
        name: String,
        /// The version asked for.
        version: u64,
        /// The versions that exist.
        versions: Vec<u64>,
    },
    /// A version that was pruned, though files of it may be left.
    #[error("version {version} of `{name}` was pruned: publish the model again to name it")]
    Pruned {
        /// The model's name.
        name: String,
        /// The version asked for.
        version: u64,
    },
    /// A selector that is neither an alias nor a version.
    #[error(
        "`{name}` has no alias or version `{selector}`; aliases: {aliases}; versions: {}",
        enumerate(versions)
    )]
    UnknownSelector {
        /// The model's name.
        name: String,
        /// The alias or number asked for.
        selector: String,
        /// The aliases that exist.
        aliases: Aliases,
        /// The versions that exist.
        versions: Vec<u64>,
    },
    /// A file that the manifest does not list.
    #[error("version {version} of `{name}` has no file `{file}`")]
    UnknownFile {
        /// The model's name.
        name: String,
        /// The version.
        version: u64,
        /// The file asked for.
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
        /// What the manifest says.
        expected: Box<FileEntry>,
        /// What the store holds.
        got: Box<FileEntry>,
    },
    /// Frozen test rows whose content is not that of their digest.
    #[error("the test rows {digest} of `{name}` were altered: they have sha256 {got}")]
    AlteredTestRows {
        /// The model's name.
        name: String,
        /// The digest under which they are kept.
        digest: String,
        /// The digest of what is there.
        got: String,
    },
    /// A manifest that cannot be parsed.
    #[error("the manifest of version {version} of `{name}` cannot be read")]
    UnreadableManifest {
        /// The model's name.
        name: String,
        /// The version.
        version: u64,
        /// Where and why parsing stopped.
        #[source]
        source: serde_json::Error,
    },
    /// A manifest that speaks of another version than the folder it lies in.
    #[error("the manifest in `{name}/{version}` is that of version {got_version} of `{got_name}`")]
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
    #[error("the aliases of `{name}` cannot be read")]
    UnreadableAliases {
        /// The model's name.
        name: String,
        /// Where and why parsing stopped.
        #[source]
        source: serde_json::Error,
    },
    /// A rollback without an earlier production version.
    #[error("`{name}` cannot be rolled back: no version was in production before the present one")]
    NoPrevious {
        /// The model's name.
        name: String,
    },
    /// Other writers won every attempt.
    #[error(
        "gave up writing `{path}` after {attempts} attempts: other writers were faster each time"
    )]
    Contended {
        /// What was to be written.
        path: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// The lock that orders writers of a local store cannot be taken.
    #[error("cannot lock `{}`", path.display())]
    Lock {
        /// The lock's file.
        path: PathBuf,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// What a stopped writer left in a local store cannot be found or removed.
    #[error("cannot clean up `{}`", path.display())]
    Staging {
        /// The folder or the file.
        path: PathBuf,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// The object store failed.
    #[error("cannot {operation} `{path}`{}", advise(operation, source))]
    Objects {
        /// `list`, `read`, `write` or `delete`.
        operation: &'static str,
        /// Where.
        path: String,
        /// What it answered.
        #[source]
        source: object_store::Error,
    },
}

/// What to do, after a colon, when the store's answer tells.
fn advise(operation: &str, source: &object_store::Error) -> String {
    advice(operation, "list, read, write and delete", source)
        .map_or_else(String::new, |advice| format!(": {advice}"))
}

/// `1, 2, 3`, or `none`.
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
