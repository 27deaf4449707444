//! Copies of versions between stores.

use bytes::Bytes;

use crate::error::StoreError;
use crate::layout::{MODEL_FILE, PUBLIC_FILES};
use crate::manifest::Manifest;
use crate::store::open::Store;
use crate::store::publication::Publication;
use crate::store::test_rows::TEST_ROWS_KEY;

/// Parts of a version that are copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyExtent {
    /// Every file, and the frozen test rows.
    All,
    /// Only the files without texts of the data: [`PUBLIC_FILES`].
    Public,
}

/// Version in the target store that holds what was to be copied.
#[derive(Debug, Clone, PartialEq)]
pub struct Copied {
    /// The version's manifest.
    pub manifest: Manifest,
    /// Whether the version was written now; otherwise an earlier version holds the same files.
    pub is_new: bool,
}

impl Store {
    /// Copies the version that an alias or a number selects to `target`, under the next free number
    /// there and without an alias.
    ///
    /// Nothing is written when a version of `target` has all the files already. The manifest of a
    /// public copy lists only what it has, and names no test rows.
    ///
    /// # Errors
    ///
    /// When there is no such version, one of its files is missing or altered, or an object store
    /// fails.
    pub async fn copy(
        &self,
        name: &str,
        selector: &str,
        target: &Self,
        extent: CopyExtent,
    ) -> Result<Copied, StoreError> {
        let mut manifest = self.resolve(name, selector).await?;
        if extent == CopyExtent::Public {
            make_public(&mut manifest);
        }

        if let Some(existing) = target
            .find(name, |existing| holds(existing, &manifest))
            .await?
        {
            return Ok(Copied {
                manifest: existing,
                is_new: false,
            });
        }

        let publication = self.read_all(manifest, target).await?;
        Ok(Copied {
            manifest: target.publish(name, publication).await?,
            is_new: true,
        })
    }

    /// Returns the newest version whose manifest `matches`.
    ///
    /// # Errors
    ///
    /// When a manifest cannot be read, or the object store fails.
    pub async fn find(
        &self,
        name: &str,
        matches: impl Fn(&Manifest) -> bool,
    ) -> Result<Option<Manifest>, StoreError> {
        for version in self.versions(name).await?.into_iter().rev() {
            let manifest = self.manifest(name, version).await?;
            if matches(&manifest) {
                return Ok(Some(manifest));
            }
        }
        Ok(None)
    }

    /// Reads every file of a version, and copies its test rows.
    async fn read_all(&self, manifest: Manifest, target: &Self) -> Result<Publication, StoreError> {
        let mut files = Vec::new();
        for file in names(&manifest) {
            let content = self.read(&manifest, file).await?;
            files.push((file.to_owned(), content));
        }

        if let Some(digest) = manifest.test_rows() {
            let rows = self.known_test_rows(&manifest, digest).await?;
            target.put_test_rows(&manifest.name, rows).await?;
        }
        Ok(Publication {
            files,
            training: manifest.training,
            created: manifest.created,
        })
    }

    /// Reads the test rows of a version; missing ones are an error.
    async fn known_test_rows(
        &self,
        manifest: &Manifest,
        digest: &str,
    ) -> Result<Bytes, StoreError> {
        let rows = self.test_rows(&manifest.name, digest).await?;
        rows.ok_or_else(|| StoreError::MissingTestRows {
            name: manifest.name.clone(),
            version: manifest.version,
            digest: digest.to_owned(),
        })
    }
}

/// Removes the files with texts of the data, and the digest of the test rows.
fn make_public(manifest: &mut Manifest) {
    manifest
        .files
        .retain(|file, _| PUBLIC_FILES.contains(&file.as_str()));
    if let Some(training) = manifest.training.as_object_mut() {
        training.remove(TEST_ROWS_KEY);
    }
}

/// Returns whether a version has every file of `wanted`, and its test rows if it has any.
fn holds(existing: &Manifest, wanted: &Manifest) -> bool {
    let has_files = wanted
        .files
        .iter()
        .all(|(file, entry)| existing.files.get(file) == Some(entry));
    let has_rows = wanted
        .test_rows()
        .is_none_or(|digest| existing.test_rows() == Some(digest));

    has_files && has_rows
}

/// Returns the names of a version's files in the order of writing: the model claims the number.
fn names(manifest: &Manifest) -> Vec<&str> {
    let mut names: Vec<&str> = manifest.files.keys().map(String::as_str).collect();
    names.sort_by_key(|name| *name != MODEL_FILE);
    names
}
