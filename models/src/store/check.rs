//! Comparison of a store's contents with its manifests and aliases.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::aliases::Aliases;
use crate::error::StoreError;
use crate::layout::{MANIFEST, MLFLOW_FILES};
use crate::listing::{Files, Listing};
use crate::manifest::Manifest;
use crate::store::open::Store;

/// Problem in a model's folder; `Display` is a sentence for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// Pruned version with files left.
    #[error("version {version} was pruned, but not all of its files are gone: prune again")]
    HalfPruned {
        /// The version.
        version: u64,
    },
    /// Staging file of a stopped or running writer of a local store.
    #[error("`{path}` is a staging file that a stopped writer left, or that one is writing")]
    StagingFile {
        /// Path below the model's folder.
        path: String,
    },
    /// Test rows whose content does not match their digest.
    #[error("the test rows {digest} were altered: they have sha256 {got}")]
    AlteredTestRows {
        /// The digest in their name.
        digest: String,
        /// The digest of their content.
        got: String,
    },
    /// Test rows that a version names, but the store lacks.
    #[error("version {version} lacks its test rows {digest}")]
    MissingTestRows {
        /// The version.
        version: u64,
        /// The digest in its manifest.
        digest: String,
    },
    /// Test rows that no version names, which is not damage.
    #[error("the test rows {digest} are named by no version")]
    UnnamedTestRows {
        /// The digest in their name.
        digest: String,
    },
    /// Folder without a manifest, of a stopped or running publisher.
    #[error("version {version} is incomplete: it has no manifest")]
    IncompleteVersion {
        /// The claimed number.
        version: u64,
    },
    /// Manifest that cannot be parsed or belongs to another version.
    #[error("version {version} has an unreadable manifest: {reason}")]
    UnreadableManifest {
        /// The version.
        version: u64,
        /// Description of the error.
        reason: String,
    },
    /// File that the manifest lists, but the store lacks.
    #[error("version {version} lacks `{file}`")]
    MissingFile {
        /// The version.
        version: u64,
        /// The missing file.
        file: String,
    },
    /// File with another length than in the manifest.
    #[error("version {version}: `{file}` has {got} bytes instead of {expected}")]
    WrongLength {
        /// The version.
        version: u64,
        /// The file.
        file: String,
        /// The manifest's length in bytes.
        expected: u64,
        /// The file's length in bytes.
        got: u64,
    },
    /// File of the right length with another content.
    #[error("version {version}: `{file}` has sha256 {got} instead of {expected}")]
    WrongDigest {
        /// The version.
        version: u64,
        /// The file.
        file: String,
        /// The manifest's digest.
        expected: String,
        /// The file's digest.
        got: String,
    },
    /// File that belongs neither to a version nor to the store.
    #[error("`{path}` is not part of any version")]
    UnknownFile {
        /// Path below the model's folder.
        path: String,
    },
    /// Aliases that cannot be parsed.
    #[error("the aliases cannot be read: {reason}")]
    UnreadableAliases {
        /// Description of the error.
        reason: String,
    },
    /// Alias of something other than a complete version.
    #[error("alias `{alias}` names `{target}`, which is not a complete version")]
    DanglingAlias {
        /// The alias.
        alias: String,
        /// The value of the alias.
        target: String,
    },
}

/// The way to remove the cause of a [`Finding`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// `relevance models repair`.
    Repair,
    /// `relevance models prune`.
    Prune,
    /// A copy of the file from elsewhere, or another version.
    Restore,
}

impl Finding {
    /// Returns what removes the cause, if it is known.
    #[must_use]
    pub const fn remedy(&self) -> Option<Remedy> {
        match self {
            Self::UnreadableManifest { .. }
            | Self::UnreadableAliases { .. }
            | Self::DanglingAlias { .. } => Some(Remedy::Repair),
            Self::HalfPruned { .. }
            | Self::StagingFile { .. }
            | Self::IncompleteVersion { .. }
            | Self::UnnamedTestRows { .. } => Some(Remedy::Prune),
            Self::AlteredTestRows { .. }
            | Self::MissingTestRows { .. }
            | Self::MissingFile { .. }
            | Self::WrongLength { .. }
            | Self::WrongDigest { .. } => Some(Remedy::Restore),
            Self::UnknownFile { .. } => None,
        }
    }

    /// Returns whether the finding is damage, not just a note.
    #[must_use]
    pub const fn is_damage(&self) -> bool {
        !matches!(self, Self::UnnamedTestRows { .. })
    }
}

impl Store {
    /// Reads everything that the store has of a model and returns the problems, by version.
    ///
    /// # Errors
    ///
    /// When there is no such model, or the object store fails.
    pub async fn check(&self, name: &str) -> Result<Vec<Finding>, StoreError> {
        let listing = self.list_known(name).await?;
        let (aliases, mut findings) = (self.aliases(name).await, Vec::new());
        let is_pruned = |version| {
            let aliases = aliases.as_ref();
            aliases.is_ok_and(|aliases| aliases.pruned().contains(version))
        };

        let mut named = BTreeSet::new();
        for (&version, files) in &listing.folders {
            if is_pruned(version) {
                findings.push(Finding::HalfPruned { version });
                continue;
            }
            let manifest = self
                .check_version(name, version, files, &mut findings)
                .await?;
            let digest = manifest.as_ref().and_then(Manifest::test_rows);
            named.extend(digest.map(|digest| (digest.to_owned(), version)));
        }
        self.check_test_rows(name, &listing, &named, &mut findings)
            .await?;

        let unexpected = listing.unexpected.iter().cloned();
        findings.extend(unexpected.map(|path| Finding::UnknownFile { path }));
        let staged = self.staged(name).await?.into_iter();
        findings.extend(staged.map(|staged| Finding::StagingFile { path: staged.path }));

        match aliases {
            Ok(aliases) => {
                let lost = dangling(&aliases, &listing);
                findings
                    .extend(lost.map(|(alias, target)| Finding::DanglingAlias { alias, target }));
            }
            Err(StoreError::UnreadableAliases { source, .. }) => {
                findings.push(Finding::UnreadableAliases {
                    reason: source.to_string(),
                });
            }
            Err(error) => return Err(error),
        }
        Ok(findings)
    }

    /// Checks a version's files against its manifest and returns the manifest if it can be read.
    async fn check_version(
        &self,
        name: &str,
        version: u64,
        files: &Files,
        findings: &mut Vec<Finding>,
    ) -> Result<Option<Manifest>, StoreError> {
        if !files.contains_key(MANIFEST) {
            findings.push(Finding::IncompleteVersion { version });
            return Ok(None);
        }

        let reason = match self.manifest(name, version).await {
            Ok(manifest) => {
                self.check_files(&manifest, files, findings).await?;
                return Ok(Some(manifest));
            }
            Err(StoreError::UnreadableManifest { source, .. }) => source.to_string(),
            Err(error @ StoreError::MisplacedManifest { .. }) => error.to_string(),
            // Pruned after it was listed.
            Err(StoreError::UnknownVersion { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };

        findings.push(Finding::UnreadableManifest { version, reason });
        Ok(None)
    }

    /// Checks the stored test rows, and that those which versions name exist: `(digest, version)`.
    async fn check_test_rows(
        &self,
        name: &str,
        listing: &Listing,
        named: &BTreeSet<(String, u64)>,
        findings: &mut Vec<Finding>,
    ) -> Result<(), StoreError> {
        let missing = named
            .iter()
            .filter(|(digest, _)| !listing.test_rows.contains_key(digest));
        findings.extend(missing.map(|(digest, version)| {
            let (digest, version) = (digest.clone(), *version);
            Finding::MissingTestRows { version, digest }
        }));

        for digest in listing.test_rows.keys() {
            match self.test_rows(name, digest).await {
                Ok(_) => {}
                Err(StoreError::AlteredTestRows { digest, got, .. }) => {
                    findings.push(Finding::AlteredTestRows { digest, got });
                }
                Err(error) => return Err(error),
            }
            if !named.iter().any(|(named, _)| named == digest) {
                findings.push(Finding::UnnamedTestRows {
                    digest: digest.clone(),
                });
            }
        }
        Ok(())
    }

    async fn check_files(
        &self,
        manifest: &Manifest,
        files: &Files,
        findings: &mut Vec<Finding>,
    ) -> Result<(), StoreError> {
        let version = manifest.version;
        for file in manifest.files.keys() {
            if !files.contains_key(file) {
                findings.push(Finding::MissingFile {
                    version,
                    file: file.clone(),
                });
                continue;
            }

            match self.read(manifest, file).await {
                Ok(_) => {}
                Err(StoreError::AlteredLength { expected, got, .. }) => {
                    findings.push(Finding::WrongLength {
                        version,
                        file: file.clone(),
                        expected,
                        got,
                    });
                }
                Err(StoreError::Altered { expected, got, .. }) => {
                    findings.push(Finding::WrongDigest {
                        version,
                        file: file.clone(),
                        expected: expected.sha256,
                        got: got.sha256,
                    });
                }
                Err(StoreError::Objects {
                    source: object_store::Error::NotFound { .. },
                    ..
                }) => {
                    findings.push(Finding::MissingFile {
                        version,
                        file: file.clone(),
                    });
                }
                Err(error) => return Err(error),
            }
        }

        let known = |file: &String| {
            file == MANIFEST
                || manifest.files.contains_key(file)
                || MLFLOW_FILES.contains(&file.as_str())
        };
        let extra = files.keys().filter(|file| !known(file));
        findings.extend(extra.map(|file| Finding::UnknownFile {
            path: format!("{version}/{file}"),
        }));
        Ok(())
    }
}

/// Returns the aliases that name no complete version, with their values.
pub(super) fn dangling(
    aliases: &Aliases,
    listing: &Listing,
) -> impl Iterator<Item = (String, String)> {
    let complete = listing.complete();
    let exists = move |target: &str| {
        target.parse().is_ok_and(|version| {
            complete.binary_search(&version).is_ok() && !aliases.pruned().contains(version)
        })
    };

    let lost = aliases.iter().filter(move |(_, target)| !exists(target));
    lost.map(|(alias, target)| (alias.to_owned(), target.to_owned()))
}
