//! Lists of objects in a store: those in a folder, or that match a pattern.

use std::ffi::OsString;

use futures::TryStreamExt as _;
use glob::{MatchOptions, Pattern};
use object_store::ObjectStore as _;
use relevance_storage::CloudStore;
use url::Url;

use super::background::Background;
use super::location::{Variables, parse_url, public_name};
use super::object::open_store;
use crate::error::DataError;

/// Names of the data in a folder; Spark and others put notes beside it.
const FOLDER: &str = "[!_]*";

/// Lists the objects whose URLs match the pattern, in the order of their names; a URL that ends in
/// `/` is that of a folder with all objects right in it.
pub(super) fn list(
    pattern: &str,
    options: MatchOptions,
    variables: &Variables,
) -> Result<Vec<OsString>, DataError> {
    let wildcard = pattern.find(['*', '[']).unwrap_or(pattern.len());
    let folder = pattern[..wildcard].rfind('/').map_or(0, |slash| slash + 1);
    let (folder, names) = pattern.split_at(folder);
    let url = parse_url(folder)?.ok_or_else(|| invalid(folder, "it is no URL"))?;
    let names = Pattern::new(if names.is_empty() { FOLDER } else { names })
        .map_err(|error| invalid(&public_name(&url), &error.to_string()))?;

    let name = public_name(&url);
    let CloudStore { objects, path } = open_store(&url, variables)?;
    let prefix = path.clone();
    let background = Background::start().map_err(DataError::file("list", &name))?;
    let listed = background
        .wait(async move { objects.list(Some(&prefix)).try_collect::<Vec<_>>().await })
        .map_err(DataError::file("list", &name))?;
    let listed = listed.map_err(|source| DataError::Object {
        action: "list",
        file: name,
        source: Box::new(source),
    })?;

    let mut found = Vec::new();
    for object in listed {
        let parts = object.location.prefix_match(&path);
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let relative = parts
            .iter()
            .map(AsRef::as_ref)
            .collect::<Vec<_>>()
            .join("/");
        if names.matches_with(&relative, options) {
            found.push(at(&url, &parts).into());
        }
    }
    found.sort();
    Ok(found)
}

fn invalid(location: &str, cause: &str) -> DataError {
    DataError::InvalidLocation {
        location: location.to_owned(),
        cause: cause.to_owned(),
    }
}

/// Returns the URL of an object by the parts of its path below the folder.
fn at(folder: &Url, parts: &[object_store::path::PathPart<'_>]) -> String {
    let mut url = folder.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty();
        segments.extend(parts);
    }
    url.into()
}
