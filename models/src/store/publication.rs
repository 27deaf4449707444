//! Publishing a version.
//!
//! Every object is created, never replaced. The first file claims the number and the manifest, written last, makes the
//! version exist, so a publisher that is killed leaves a folder that no reader sees and the next publisher skips.

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

/// Numbers that a publisher tries to claim before it gives up.
const MAX_ATTEMPTS: u32 = 100;

/// What a new version is made of.
#[derive(Debug, Clone)]
pub struct Publication {
    /// Names and contents, written in this order; names are one plain segment such as `model.onnx`.
    pub files: Vec<(String, Bytes)>,
    /// What training recorded; the store keeps it and does not read it.
    pub training: serde_json::Value,
    /// When the version was made.
    pub created: jiff::Timestamp,
}

impl Store {
    /// Writes a new version under the next free number; no alias names it yet.
    ///
    /// When it fails, or the process is killed, an incomplete folder may remain: no list shows it, [`Store::check`]
    /// reports it, and its number is not used again.
    ///
    /// # Errors
    ///
    /// When a name is not valid, there is no file or one twice, or the object store fails.
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

    /// One more than the highest number that was ever claimed, also by a version that is pruned by now.
    async fn next_version(&self, name: &str) -> Result<u64, StoreError> {
        // In this order, since a version is recorded as pruned before its files go.
        let next = self.list(name).await?.next();
        let pruned = self.aliases(name).await?.pruned().highest();
        Ok(pruned.map_or(next, |highest| next.max(highest.saturating_add(1))))
    }

    /// Writes the files, then the manifest; `false` when another publisher has taken the number, or it was pruned.
    async fn write_version(
        &self,
        manifest: &Manifest,
        files: &[(String, Bytes)],
    ) -> Result<bool, StoreError> {
        let folder = self.version_path(&manifest.name, manifest.version);
        for (file, content) in files {
            if !self
                .create(&folder.clone().join(file.as_str()), content.clone())
                .await?
            {
                return Ok(false);
            }
        }
        let path = folder.join(MANIFEST);
        if !self.create(&path, manifest.to_json()).await?
            && !self.holds(&path, &manifest.to_json()).await?
        {
            return Ok(false);
        }
        if self
            .aliases(&manifest.name)
            .await?
            .pruned()
            .contains(manifest.version)
        {
            self.remove(&path).await?;
            return Ok(false);
        }
        Ok(true)
    }

    /// Whether a manifest that could not be created is this one, written by a put that was repeated on its way.
    ///
    /// Nobody else can have written it, since every file of the version was created by this publisher.
    async fn holds(&self, path: &Path, manifest: &Bytes) -> Result<bool, StoreError> {
        Ok(self
            .get(path)
            .await?
            .is_some_and(|(there, _)| there == *manifest))
    }

    /// Writes an object that must not exist yet; `false` when it does.
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

/// Checks the names and measures every file.
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
        if entries
            .insert(file.clone(), FileEntry::of(content))
            .is_some()
        {
            return Err(StoreError::DuplicateFile {
                name: name.to_owned(),
                file: file.clone(),
            });
        }
    }
    Ok(entries)
}
