//! A path or a URL → an object store and the root in it.

use std::path::{Component, Path as FilePath, PathBuf, absolute};
use std::sync::Arc;

use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreScheme, parse_url_opts};
use url::Url;

use crate::{AliasExclusion, StoreError};

/// An object store, the store's root in it, and how writers of aliases exclude each other there.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) objects: Arc<dyn ObjectStore>,
    pub(crate) root: Path,
    pub(crate) exclusion: AliasExclusion,
}

/// Opens a path, a `file://` URL, or the URL of any other store that is compiled in.
pub(crate) fn open(location: &str) -> Result<Opened, StoreError> {
    if !location.contains("://") {
        return open_folder(location, FilePath::new(location));
    }
    let url = Url::parse(location).map_err(|source| invalid(location, source))?;
    if url.scheme() == "file" {
        let folder = url.to_file_path();
        let folder = folder.map_err(|()| invalid(location, "it names no absolute local path"))?;
        return open_folder(location, &folder);
    }
    open_url(location, &url)
}

/// Opens a folder that may not exist yet: writing creates what is missing, reading finds nothing.
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
        objects: Arc::new(objects),
        root: missing_path(location, missing)?,
        exclusion: AliasExclusion::FileLock(folder),
    })
}

/// The folders that do not exist yet as a path in the store.
fn missing_path(location: &str, missing: &FilePath) -> Result<Path, StoreError> {
    let plain: PathBuf = missing.components().filter(|part| matches!(part, Component::Normal(_))).collect();
    if plain != missing {
        return Err(invalid(location, "`..` after a folder that does not exist"));
    }
    let text = missing.to_str().ok_or_else(|| invalid(location, "it is not UTF-8"))?;
    let separated = text.replace(std::path::MAIN_SEPARATOR, "/");
    Path::parse(separated).map_err(|source| invalid(location, source))
}

/// Opens what `object_store` makes of the URL; credentials and regions come from the environment.
fn open_url(location: &str, url: &Url) -> Result<Opened, StoreError> {
    let scheme = ObjectStoreScheme::parse(url);
    let (scheme, _) = scheme.map_err(|source| invalid(location, source))?;
    let environment =
        std::env::vars_os().filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
    let (objects, root) = parse_url_opts(url, environment).map_err(|source| {
        if is_compiled_in(&scheme) {
            return invalid(location, source);
        }
        let scheme = url.scheme().to_owned();
        StoreError::SchemeNotCompiledIn { location: location.to_owned(), scheme }
    })?;
    let exclusion = AliasExclusion::ConditionalPut;
    Ok(Opened { objects: objects.into(), root, exclusion })
}

/// The stores that this crate's features bring in; a new feature adds its scheme here.
const fn is_compiled_in(scheme: &ObjectStoreScheme) -> bool {
    matches!(scheme, ObjectStoreScheme::Local | ObjectStoreScheme::Memory)
}

fn invalid(location: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::InvalidLocation { location: location.to_owned(), source: source.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_is_not_compiled_in_is_named() {
        for location in ["s3://bucket/models", "gs://bucket/models", "az://container/models"] {
            let error = open(location).unwrap_err();
            assert!(matches!(error, StoreError::SchemeNotCompiledIn { .. }), "{error}");
        }
    }

    #[test]
    fn a_location_that_cannot_be_a_store_is_refused() {
        for location in ["ftp://host/models", "s3://", "file://host/models", "/dev/null/models"] {
            let error = open(location).unwrap_err();
            assert!(matches!(error, StoreError::InvalidLocation { .. }), "{location}: {error}");
        }
    }

    #[test]
    fn a_folder_that_does_not_exist_is_opened_but_not_created() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("a/b c");
        let opened = open(missing.to_str().unwrap()).unwrap();
        assert_eq!(opened.root.as_ref(), "a/b c");
        assert!(!missing.exists());
    }
}
