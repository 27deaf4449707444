//! Comparing what a store holds with what its manifests and aliases say.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::layout::{Listing, MANIFEST};
use crate::{Aliases, FileEntry, Manifest, Store, StoreError};

/// One thing in a model's folder that is not as it should be; `Display` is a sentence for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// A folder without a manifest: its publisher was stopped, or is still at work.
    #[error("version {version} is incomplete: it has no manifest")]
    IncompleteVersion {
        /// The claimed number.
        version: u64,
    },
    /// A manifest that cannot be parsed, or speaks of another version.
    #[error("version {version} has an unreadable manifest: {reason}")]
    UnreadableManifest {
        /// The version.
        version: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A file that the manifest lists and the store does not have.
    #[error("version {version} lacks `{file}`")]
    MissingFile {
        /// The version.
        version: u64,
        /// The missing file.
        file: String,
    },
    /// A file with another length than the manifest says.
    #[error("version {version}: `{file}` has {got} bytes instead of {expected}")]
    WrongLength {
        /// The version.
        version: u64,
        /// The file.
        file: String,
        /// The manifest's length in bytes.
        expected: u64,
        /// The length in bytes that was found.
        got: u64,
    },
    /// A file of the right length with another content.
    #[error("version {version}: `{file}` has sha256 {got} instead of {expected}")]
    WrongDigest {
        /// The version.
        version: u64,
        /// The file.
        file: String,
        /// The manifest's digest.
        expected: String,
        /// The digest that was found.
        got: String,
    },
    /// A file that belongs to no version and is none of the store's own.
    #[error("`{path}` is not part of any version")]
    UnknownFile {
        /// The path below the model's folder.
        path: String,
    },
    /// An aliases file that cannot be parsed.
    #[error("the aliases cannot be read: {reason}")]
    UnreadableAliases {
        /// What is wrong with it.
        reason: String,
    },
    /// An alias to something that is not a complete version.
    #[error("alias `{alias}` names `{target}`, which is not a complete version")]
    DanglingAlias {
        /// The alias.
        alias: String,
        /// What it names.
        target: String,
    },
}

impl Store {
    /// Reads everything that the store has of a model and reports what is not as it should be, by version.
    ///
    /// # Errors
    ///
    /// When the store has nothing of that name, or the object store fails.
    pub async fn check(&self, name: &str) -> Result<Vec<Finding>, StoreError> {
        let listing = self.list(name).await?;
        if listing.is_empty() {
            let (name, names) = (name.to_owned(), self.names().await?);
            return Err(StoreError::UnknownModel { name, names });
        }
        let mut findings = Vec::new();
        for (version, files) in &listing.folders {
            self.check_version(name, *version, files, &mut findings).await?;
        }
        let strangers = listing.strangers.iter().cloned();
        findings.extend(strangers.map(|path| Finding::UnknownFile { path }));
        match self.aliases(name).await {
            Ok(aliases) => findings.extend(dangling(&aliases, &listing)),
            Err(StoreError::UnreadableAliases { source, .. }) => {
                findings.push(Finding::UnreadableAliases { reason: source.to_string() });
            }
            Err(error) => return Err(error),
        }
        Ok(findings)
    }

    async fn check_version(
        &self,
        name: &str,
        version: u64,
        files: &BTreeMap<String, u64>,
        findings: &mut Vec<Finding>,
    ) -> Result<(), StoreError> {
        if !files.contains_key(MANIFEST) {
            findings.push(Finding::IncompleteVersion { version });
            return Ok(());
        }
        let reason = match self.manifest(name, version).await {
            Ok(manifest) => return self.check_files(&manifest, files, findings).await,
            Err(StoreError::UnreadableManifest { source, .. }) => source.to_string(),
            Err(error @ StoreError::MisplacedManifest { .. }) => error.to_string(),
            Err(error) => return Err(error),
        };
        findings.push(Finding::UnreadableManifest { version, reason });
        Ok(())
    }

    async fn check_files(
        &self,
        manifest: &Manifest,
        files: &BTreeMap<String, u64>,
        findings: &mut Vec<Finding>,
    ) -> Result<(), StoreError> {
        let version = manifest.version;
        for (file, expected) in &manifest.files {
            if !files.contains_key(file) {
                findings.push(Finding::MissingFile { version, file: file.clone() });
                continue;
            }
            match self.read(manifest, file).await {
                Ok(_) => {}
                Err(StoreError::Altered { got, .. }) => {
                    findings.push(difference(version, file, expected, &got));
                }
                Err(error) => return Err(error),
            }
        }
        let known = |file: &String| file == MANIFEST || manifest.files.contains_key(file);
        let extra = files.keys().filter(|file| !known(file));
        findings.extend(extra.map(|file| Finding::UnknownFile { path: format!("{version}/{file}") }));
        Ok(())
    }
}

/// The finding for an altered file: its length when that differs, else its digest.
fn difference(version: u64, file: &str, expected: &FileEntry, got: &FileEntry) -> Finding {
    let file = file.to_owned();
    if expected.bytes != got.bytes {
        return Finding::WrongLength { version, file, expected: expected.bytes, got: got.bytes };
    }
    let (expected, got) = (expected.sha256.clone(), got.sha256.clone());
    Finding::WrongDigest { version, file, expected, got }
}

/// The aliases that name no complete version.
fn dangling(aliases: &Aliases, listing: &Listing) -> Vec<Finding> {
    let complete = listing.complete();
    let exists = |target: &str| target.parse().is_ok_and(|version| complete.binary_search(&version).is_ok());
    let lost = aliases.iter().filter(|(_, target)| !exists(target));
    let finding =
        |(alias, target): (&str, &str)| Finding::DanglingAlias { alias: alias.to_owned(), target: target.to_owned() };
    lost.map(finding).collect()
}
