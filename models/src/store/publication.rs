//! Publication of versions.
//!
//! Every object is created, never replaced. The first file claims the number, and the manifest,
//! written last, makes the version exist: a killed publisher leaves a folder that readers ignore
//! and the next publisher skips.

use std::collections::BTreeMap;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, PutMode};

use crate::error::StoreError;
use crate::layout::MANIFEST;
use crate::manifest::{FileEntry, Manifest};
use crate::name::{validate_file, validate_name};
use crate::store::open::Store;
use crate::store::open::failed;

/// Maximum number of version numbers that a publisher tries to claim.
const MAX_ATTEMPTS: u32 = 100;

/// Contents of a new version.
#[derive(Debug, Clone)]
pub struct Publication {
    /// Names and contents in the order of writing; a name is one plain segment such as
    /// `model.onnx`.
    pub files: Vec<(String, Bytes)>,
    /// Record of the training, which the store does not interpret.
    pub training: serde_json::Value,
    /// Time of creation.
    pub created: jiff::Timestamp,
}

impl Store {
    /// Writes a new version under the next free number, without an alias.
    ///
    /// When it fails or is killed, an incomplete folder may remain: lists ignore it,
    /// [`Store::check`] reports it, and its number is not used again.
    ///
    /// # Errors
    ///
    /// When a name is not valid, there is no file or a duplicate one, or the object store fails.
    pub async fn publish(
        &self,
        name: &str,
        publication: Publication,
    ) -> Result<Manifest, StoreError> {
        validate_name(name)?;
        let files = measure(name, &publication)?;
        let mut version = self.next_version(name).await?;

        for _ in 0..MAX_ATTEMPTS {
            let manifest = Manifest {
                name: name.to_owned(),
                version,
                created: publication.created,
                files: files.clone(),
                training: publication.training.clone(),
            };
            if self.write_version(&manifest, &publication.files).await? {
                return Ok(manifest);
            }
            version = version.saturating_add(1);
        }

        let path = self.model_path(name).to_string();
        Err(StoreError::Contended {
            path,
            attempts: MAX_ATTEMPTS,
        })
    }

    /// Returns the lowest number above all that were ever claimed, also by pruned versions.
    async fn next_version(&self, name: &str) -> Result<u64, StoreError> {
        // In this order, since a version is recorded as pruned before its files are removed.
        let next = self.list(name).await?.next();
        let pruned = self.aliases(name).await?.pruned().highest();
        Ok(pruned.map_or(next, |highest| next.max(highest.saturating_add(1))))
    }

    /// Writes the files, then the manifest; `false` when another publisher claimed the number, or
    /// it was pruned.
    async fn write_version(
        &self,
        manifest: &Manifest,
        files: &[(String, Bytes)],
    ) -> Result<bool, StoreError> {
        let folder = self.version_path(&manifest.name, manifest.version);
        for (file, content) in files {
            let path = folder.clone().join(file.as_str());
            if !self.create(&path, content.clone()).await? {
                return Ok(false);
            }
        }

        let path = folder.join(MANIFEST);
        let json = manifest.to_json();
        if !self.create(&path, json.clone()).await? && !self.holds(&path, &json).await? {
            return Ok(false);
        }

        let aliases = self.aliases(&manifest.name).await?;
        if aliases.pruned().contains(manifest.version) {
            self.remove(&path).await?;
            return Ok(false);
        }
        Ok(true)
    }

    /// Returns whether the existing manifest is this one, written by an earlier attempt of a
    /// repeated put.
    ///
    /// No other publisher can have written it, since this one created every file of the version.
    async fn holds(&self, path: &Path, manifest: &Bytes) -> Result<bool, StoreError> {
        Ok(self
            .get(path)
            .await?
            .is_some_and(|(stored, _)| stored == *manifest))
    }

    /// Creates an object; `false` when it exists.
    async fn create(&self, path: &Path, content: Bytes) -> Result<bool, StoreError> {
        let written = self
            .objects
            .put_opts(path, content.into(), PutMode::Create.into())
            .await;
        match written {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(failed("write", path)(error)),
        }
    }
}

/// Checks the names and computes length and digest of every file.
fn measure(
    name: &str,
    publication: &Publication,
) -> Result<BTreeMap<String, FileEntry>, StoreError> {
    if publication.files.is_empty() {
        return Err(StoreError::NoFiles {
            name: name.to_owned(),
        });
    }

    let mut entries = BTreeMap::new();
    for (file, content) in &publication.files {
        validate_file(file)?;
        let previous = entries.insert(file.clone(), FileEntry::from_content(content));
        if previous.is_some() {
            return Err(StoreError::DuplicateFile {
                name: name.to_owned(),
                file: file.clone(),
            });
        }
    }
    Ok(entries)
}
