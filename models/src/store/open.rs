//! Opening and reading of a store.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetResult, ObjectStore, ObjectStoreExt, UpdateVersion};
use tokio::sync::Mutex;

use crate::aliases::Aliases;
use crate::error::StoreError;
use crate::layout::{ALIASES, MANIFEST};
use crate::listing::{Listing, parse_version};
use crate::location;
use crate::lock::AliasExclusion;
use crate::manifest::{FileEntry, Manifest};
use crate::name::{is_number, is_word, validate_file, validate_name};

/// Maximum number of model folders that are read concurrently.
const CONCURRENT_READS: usize = 8;

/// Store of models: immutable versions, and aliases that name them.
///
/// Several stores, in several processes, can be open on one location and write to it.
pub struct Store {
    pub(crate) objects: Arc<dyn ObjectStore>,
    root: Path,
    location: String,
    pub(crate) exclusion: AliasExclusion,
    /// Queue of this process's writers, so that at most one thread waits for a file lock.
    pub(crate) writers: Mutex<()>,
}

impl Store {
    /// Opens the store at a path or a URL: `file://`, `s3://`, `gs://`, `az://`.
    ///
    /// Credentials, region and endpoint of a bucket come from the environment, in each service's
    /// own variables. Nothing is created: a missing folder is an empty store until something is
    /// published.
    ///
    /// # Errors
    ///
    /// When the location is neither a path nor such a URL, or the settings of its service are
    /// missing or malformed.
    pub fn open(location: &str) -> Result<Self, StoreError> {
        let variables = std::env::vars_os();
        Self::open_with(
            location,
            variables.filter_map(|(name, value)| {
                Some((name.into_string().ok()?, value.into_string().ok()?))
            }),
        )
    }

    /// As [`Store::open`], with `variables` instead of the environment's.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub fn open_with(
        location: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, StoreError> {
        let variables: Vec<_> = variables.into_iter().collect();
        let opened = location::open(location, &variables)?;
        let mut store = Self::from_objects(opened.objects, opened.root, opened.exclusion);
        location.clone_into(&mut store.location);
        Ok(store)
    }

    /// Creates a store on an open object store, with the models below `root`.
    #[must_use]
    pub fn from_objects(
        objects: Arc<dyn ObjectStore>,
        root: Path,
        exclusion: AliasExclusion,
    ) -> Self {
        let location = format!("{objects}/{root}");
        Self {
            objects,
            root,
            location,
            exclusion,
            writers: Mutex::new(()),
        }
    }

    /// Returns the location.
    #[must_use]
    pub fn location(&self) -> &str {
        &self.location
    }

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
        let content = self
            .objects
            .get(&path)
            .await
            .map_err(failed("read", &path))?;
        let content = content.bytes().await.map_err(failed("read", &path))?;

        let got = FileEntry::of(&content);
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

    pub(crate) fn model_path(&self, name: &str) -> Path {
        self.root.clone().join(name)
    }

    pub(crate) fn version_path(&self, name: &str, version: u64) -> Path {
        self.model_path(name).join(version.to_string())
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

        let version = UpdateVersion {
            e_tag: object.meta.e_tag.clone(),
            version: object.meta.version.clone(),
        };
        let content = object.bytes().await.map_err(failed("read", path))?;
        Ok(Some((content, version)))
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Store")
            .field(&self.location)
            .finish()
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

/// Returns a conversion for `map_err` of a failed operation of the object store.
pub(crate) fn failed(
    operation: &'static str,
    path: &Path,
) -> impl FnOnce(object_store::Error) -> StoreError {
    let path = path.to_string();
    move |source| StoreError::Objects {
        operation,
        path,
        source,
    }
}
