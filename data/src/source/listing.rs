//! Lists of objects in a store: those in a folder, or that match a pattern.

use futures::TryStreamExt as _;
use glob::{MatchOptions, Pattern};
use object_store::ObjectStore as _;
use relevance_storage::CloudStore;
use url::Url;

use super::background::Background;
use super::location::{Variables, parse_url, public_name};
use super::object::open_store;
use super::pattern::{Match, folder_of};
use crate::error::DataError;

/// Lists the objects whose URLs match the pattern, in the order of their names; a URL that ends in
/// `/` is that of a folder with all objects below it, without the notes that Spark and others put
/// beside their files.
pub(super) fn list(
    pattern: &str,
    options: MatchOptions,
    variables: &Variables,
) -> Result<Vec<Match>, DataError> {
    let (folder, names) = pattern.split_at(folder_of(pattern, &['*', '[']).len());
    let url = parse_url(folder)?.ok_or_else(|| invalid(folder, "it is no URL"))?;
    let names =
        Pattern::new(names).map_err(|error| invalid(&public_name(&url), &error.to_string()))?;

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
        let relative: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
        let is_note = || relative.iter().any(|part| part.starts_with(['_', '.']));
        let relative_path = relative.join("/");
        let is_found = if names.as_str().is_empty() {
            !is_note()
        } else {
            names.matches_with(&relative_path, options)
        };

        if is_found {
            found.push(Match {
                location: at(&url, &parts).into(),
                relative: relative_path.into(),
            });
        }
    }
    found.sort_by(|left, right| left.location.cmp(&right.location));
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
