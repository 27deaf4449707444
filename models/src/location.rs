//! Location of a store: a path or a URL.

use std::path::{Component, Path as FilePath, PathBuf, absolute};
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use relevance_storage::{CloudError, CloudStore};
use url::Url;

use crate::error::StoreError;
use crate::lock::AliasExclusion;

/// Object store, the root of the models in it, and the exclusion of concurrent writers of aliases.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) objects: Arc<dyn ObjectStore>,
    pub(crate) root: Path,
    pub(crate) exclusion: AliasExclusion,
}

/// Opens a path, a `file://` URL or the URL of a bucket; `variables` configure buckets.
pub(crate) fn open(location: &str, variables: &[(String, String)]) -> Result<Opened, StoreError> {
    if !location.contains("://") {
        return open_folder(location, FilePath::new(location));
    }
    let url = Url::parse(location).map_err(|source| invalid(location, source))?;
    if url.scheme() == "file" {
        let folder = url.to_file_path();
        let folder = folder.map_err(|()| invalid(location, "it names no absolute local path"))?;
        return open_folder(location, &folder);
    }

    open_bucket(location, &url, variables)
}

/// Opens the bucket or container that the URL names; nothing is sent to it yet.
fn open_bucket(
    location: &str,
    url: &Url,
    variables: &[(String, String)],
) -> Result<Opened, StoreError> {
    let opened = CloudStore::open(url, variables).map_err(|error| match error {
        CloudError::UnknownScheme { .. } => invalid(
            location,
            "a store is a path, or a URL with file://, s3://, gs:// or az://",
        ),
        CloudError::InvalidUrl(source) => invalid(location, source),
        CloudError::InvalidSettings { variables, source } => StoreError::InvalidSettings {
            location: location.to_owned(),
            variables,
            source,
        },
    })?;

    Ok(Opened {
        objects: opened.objects,
        root: opened.path,
        exclusion: AliasExclusion::ConditionalPut,
    })
}

/// Opens a folder that may not exist yet: writing creates it, reading finds nothing.
fn open_folder(location: &str, folder: &FilePath) -> Result<Opened, StoreError> {
    let folder = absolute(folder).map_err(|source| invalid(location, source))?;
    let existing = folder.ancestors().find(|ancestor| ancestor.exists());
    let existing = existing.ok_or_else(|| invalid(location, "no part of it exists"))?;
    if !existing.is_dir() {
        let reason = format!("`{}` is not a folder", existing.display());
        return Err(invalid(location, reason));
    }

    let missing = folder.strip_prefix(existing).unwrap_or(FilePath::new(""));
    let objects = LocalFileSystem::new_with_prefix(existing);
    let objects = objects.map_err(|source| invalid(location, source))?;

    Ok(Opened {
        // The folder of a pruned version is removed with its last file.
        objects: Arc::new(objects.with_automatic_cleanup(true)),
        root: missing_path(location, missing)?,
        exclusion: AliasExclusion::FileLock(folder),
    })
}

/// Returns the folders that do not exist yet as a path in the store.
fn missing_path(location: &str, missing: &FilePath) -> Result<Path, StoreError> {
    let plain: PathBuf = missing
        .components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .collect();
    if plain != missing {
        return Err(invalid(location, "`..` after a folder that does not exist"));
    }

    let text = missing
        .to_str()
        .ok_or_else(|| invalid(location, "it is not UTF-8"))?;
    let separated = text.replace(std::path::MAIN_SEPARATOR, "/");
    Path::parse(separated).map_err(|source| invalid(location, source))
}

fn invalid(
    location: &str,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StoreError {
    StoreError::InvalidLocation {
        location: location.to_owned(),
        source: source.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn location_that_cannot_be_a_store_is_an_error() {
        for location in [
            "ftp://host/models",
            "https://host/models",
            "memory:///",
            "s3://",
            "file://host/models",
            "/dev/null/models",
        ] {
            let error = open(location, &[]).unwrap_err();
            assert!(
                matches!(error, StoreError::InvalidLocation { .. }),
                "{location}: {error}"
            );
        }
    }

    #[test]
    fn missing_folder_is_opened_but_not_created() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("a/b c");
        let opened = open(missing.to_str().unwrap(), &[]).unwrap();
        assert_eq!(opened.root.as_ref(), "a/b c");
        assert!(!missing.exists());
    }
}
