//! Reading of a store: names, versions, manifests, files and aliases.

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetResult, ObjectStore, ObjectStoreExt, UpdateVersion};

use crate::aliases::Aliases;
use crate::error::StoreError;
use crate::layout::{ALIASES, MANIFEST};
use crate::listing::{Listing, parse_version};
use crate::manifest::{FileEntry, Manifest};
use crate::name::{is_number, is_word, validate_file, validate_name};
use crate::store::open::{Store, failed};

/// Maximum number of model folders that are read concurrently.
const CONCURRENT_READS: usize = 8;

/// Maximum size of a manifest or of aliases, which have some thousand bytes.
const MAX_RECORD_BYTES: u64 = 16 << 20;

impl Store {
    /// Returns the models that have at least one complete version, sorted; other folders are
    /// ignored.
    ///
    /// # Errors
    ///
    /// When the object store fails.
    pub async fn names(&self) -> Result<Vec<String>, StoreError> {
        let folders = self.objects.list_with_delimiter(Some(&self.root)).await;
        let folders = folders.map_err(failed("list", &self.root))?.common_prefixes;
        let mut names: Vec<&str> = folders
            .iter()
            .filter_map(Path::filename)
            .filter(|name| is_word(name))
            .collect();
        names.sort_unstable();

        // Futures instead of a closure that returns them, so that callers can be spawned.
        let checks: Vec<_> = names.iter().map(|name| self.is_model(name)).collect();
        let are_models: Vec<bool> = futures::stream::iter(checks)
            .buffered(CONCURRENT_READS)
            .try_collect()
            .await?;

        let models = names
            .into_iter()
            .zip(are_models)
            .filter(|(_, is_model)| *is_model);
        Ok(models.map(|(name, _)| name.to_owned()).collect())
    }

    /// Returns the complete versions of a model, ascending; empty without such a model.
    ///
    /// # Errors
    ///
    /// When the name is not valid or the object store fails.
    pub async fn versions(&self, name: &str) -> Result<Vec<u64>, StoreError> {
        Ok(self.list(name).await?.complete())
    }

    /// Reads the manifest of a version.
    ///
    /// # Errors
    ///
    /// When the version does not exist or is not complete, its manifest cannot be read, or the
    /// object store fails.
    pub async fn manifest(&self, name: &str, version: u64) -> Result<Manifest, StoreError> {
        validate_name(name)?;
        let path = self.version_path(name, version).join(MANIFEST);
        let Some((json, _)) = self.get(&path).await? else {
            let (name, versions) = (name.to_owned(), self.versions(name).await?);
            return Err(StoreError::UnknownVersion {
                name,
                version,
                versions,
            });
        };

        let manifest: Manifest =
            serde_json::from_slice(&json).map_err(|source| StoreError::UnreadableManifest {
                name: name.to_owned(),
                version,
                source,
            })?;
        if manifest.name != name || manifest.version != version {
            return Err(StoreError::MisplacedManifest {
                name: name.to_owned(),
                version,
                got_name: manifest.name,
                got_version: manifest.version,
            });
        }

        Ok(manifest)
    }

    /// Reads a version's file and checks its length and digest against the manifest.
    ///
    /// # Errors
    ///
    /// When the manifest has no such file, the store lost or altered it, or the object store fails.
    pub async fn read(&self, manifest: &Manifest, file: &str) -> Result<Bytes, StoreError> {
        let Manifest {
            name,
            version,
            files,
            ..
        } = manifest;
        validate_name(name)?;
        let expected = files.get(file).ok_or_else(|| StoreError::UnknownFile {
            name: name.clone(),
            version: *version,
            file: file.to_owned(),
        })?;
        validate_file(file)?;

        let path = self.version_path(name, *version).join(file);
        let object = self
            .objects
            .get(&path)
            .await
            .map_err(failed("read", &path))?;
        // A file of another length is not read: it may be larger than the memory.
        if object.meta.size != expected.bytes {
            return Err(StoreError::AlteredLength {
                name: name.clone(),
                version: *version,
                file: file.to_owned(),
                expected: expected.bytes,
                got: object.meta.size,
            });
        }
        let content = object.bytes().await.map_err(failed("read", &path))?;

        let got = FileEntry::from_content(&content);
        if got == *expected {
            return Ok(content);
        }
        Err(StoreError::Altered {
            name: name.clone(),
            version: *version,
            file: file.to_owned(),
            expected: Box::new(expected.clone()),
            got: Box::new(got),
        })
    }

    /// Reads a model's aliases; empty when none was ever set.
    ///
    /// # Errors
    ///
    /// When the name is not valid, the aliases cannot be read, or the object store fails.
    pub async fn aliases(&self, name: &str) -> Result<Aliases, StoreError> {
        Ok(self.aliases_with_version(name).await?.0)
    }

    /// Reads the manifest of the version that an alias or a number selects.
    ///
    /// # Errors
    ///
    /// When there is no such alias or version (the error lists the existing ones), or as
    /// [`Store::manifest`].
    pub async fn resolve(&self, name: &str, selector: &str) -> Result<Manifest, StoreError> {
        let aliases = self.aliases(name).await?;
        match select(&aliases, selector) {
            Some(version) => self.manifest(name, version).await,
            None => Err(self.unknown_selector(name, selector, aliases).await),
        }
    }

    /// Returns the error for a selector that names nothing.
    async fn unknown_selector(&self, name: &str, selector: &str, aliases: Aliases) -> StoreError {
        let (name, selector) = (name.to_owned(), selector.to_owned());
        match self.versions(&name).await {
            Ok(versions) => StoreError::UnknownSelector {
                name,
                selector,
                aliases,
                versions,
            },
            Err(error) => error,
        }
    }

    /// Reads the aliases and the identity that a conditional put needs to replace them (`None`:
    /// there are none yet).
    pub(crate) async fn aliases_with_version(
        &self,
        name: &str,
    ) -> Result<(Aliases, Option<UpdateVersion>), StoreError> {
        validate_name(name)?;
        let Some((json, version)) = self.get(&self.model_path(name).join(ALIASES)).await? else {
            return Ok((Aliases::default(), None));
        };

        let aliases =
            serde_json::from_slice(&json).map_err(|source| StoreError::UnreadableAliases {
                name: name.to_owned(),
                source,
            })?;
        Ok((aliases, Some(version)))
    }

    /// Lists a model's folder.
    pub(crate) async fn list(&self, name: &str) -> Result<Listing, StoreError> {
        validate_name(name)?;
        let folder = self.model_path(name);
        let objects = self.objects.list(Some(&folder)).try_collect().await;
        Ok(Listing::new(
            &folder,
            objects.map_err(failed("list", &folder))?,
        ))
    }

    /// Lists a model's folder; an empty one is an error.
    pub(crate) async fn list_known(&self, name: &str) -> Result<Listing, StoreError> {
        let listing = self.list(name).await?;
        if listing.is_empty() {
            let (name, names) = (name.to_owned(), self.names().await?);
            return Err(StoreError::UnknownModel { name, names });
        }
        Ok(listing)
    }

    /// Returns whether a folder holds a complete version; a folder without numbered folders is not
    /// read further.
    async fn is_model(&self, name: &str) -> Result<bool, StoreError> {
        let folder = self.model_path(name);
        let content = self.objects.list_with_delimiter(Some(&folder)).await;
        let folders = content.map_err(failed("list", &folder))?.common_prefixes;

        let mut names = folders.iter().filter_map(Path::filename);
        if !names.any(|each| parse_version(each).is_some()) {
            return Ok(false);
        }
        Ok(!self.versions(name).await?.is_empty())
    }

    /// Reads an object's content and identity; `None` without such an object.
    pub(crate) async fn get(
        &self,
        path: &Path,
    ) -> Result<Option<(Bytes, UpdateVersion)>, StoreError> {
        let object: GetResult = match self.objects.get(path).await {
            Ok(object) => object,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(failed("read", path)(error)),
        };

        if object.meta.size > MAX_RECORD_BYTES {
            return Err(StoreError::RecordTooLarge {
                path: path.to_string(),
                bytes: object.meta.size,
                limit: MAX_RECORD_BYTES,
            });
        }
        let version = UpdateVersion {
            e_tag: object.meta.e_tag.clone(),
            version: object.meta.version.clone(),
        };
        let content = object.bytes().await.map_err(failed("read", path))?;
        Ok(Some((content, version)))
    }
}

/// Returns the version that a selector names: the number itself, or the alias's version.
fn select(aliases: &Aliases, selector: &str) -> Option<u64> {
    if is_number(selector) {
        selector.parse().ok()
    } else {
        aliases.version(selector)
    }
}
