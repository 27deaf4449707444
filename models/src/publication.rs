//! Publishing a version.
//!
//! Every object is created, never replaced. The first file claims the number and the manifest, written last, makes the
//! version exist, so a publisher that is killed leaves a folder that no reader sees and the next publisher skips.

use std::collections::BTreeMap;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, PutMode};

use crate::layout::MANIFEST;
use crate::name::{validate_file, validate_name};
use crate::store::failed;
use crate::{FileEntry, Manifest, Store, StoreError};

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
    pub async fn publish(&self, name: &str, publication: Publication) -> Result<Manifest, StoreError> {
        validate_name(name)?;
        let files = measure(name, &publication)?;
        let mut version = self.list(name).await?.next();
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
        Err(StoreError::Contended { path, attempts: MAX_ATTEMPTS })
    }

    /// Writes the files, then the manifest; `false` when another publisher has taken the number.
    async fn write_version(&self, manifest: &Manifest, files: &[(String, Bytes)]) -> Result<bool, StoreError> {
        let folder = self.version_path(&manifest.name, manifest.version);
        for (file, content) in files {
            if !self.create(&folder.clone().join(file.as_str()), content.clone()).await? {
                return Ok(false);
            }
        }
        self.create(&folder.join(MANIFEST), manifest.to_json()).await
    }

    /// Writes an object that must not exist yet; `false` when it does.
    async fn create(&self, path: &Path, content: Bytes) -> Result<bool, StoreError> {
        let written = self.objects.put_opts(path, content.into(), PutMode::Create.into()).await;
        match written {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(failed("write", path)(error)),
        }
    }
}

/// Checks the names and measures every file.
fn measure(name: &str, publication: &Publication) -> Result<BTreeMap<String, FileEntry>, StoreError> {
    if publication.files.is_empty() {
        return Err(StoreError::NoFiles { name: name.to_owned() });
    }
    let mut entries = BTreeMap::new();
    for (file, content) in &publication.files {
        validate_file(file)?;
        if entries.insert(file.clone(), FileEntry::of(content)).is_some() {
            return Err(StoreError::DuplicateFile { name: name.to_owned(), file: file.clone() });
        }
    }
    Ok(entries)
}
