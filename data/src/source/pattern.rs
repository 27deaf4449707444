//! Patterns of paths.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use url::Url;

use super::location::{Variables, is_postgres, is_web, parse_url, public_name};
use crate::error::DataError;

/// How patterns match: wildcards stand for neither separators nor leading dots.
const OPTIONS: glob::MatchOptions = glob::MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// A file that matches a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Path or URL of the file.
    pub location: OsString,
    /// Its path below the folder in front of the first wildcard.
    pub relative: PathBuf,
}

/// Returns the files that match a pattern, in the order of their names; the URL of a folder in an
/// object store, which ends in `/`, stands for the objects below it.
///
/// # Errors
///
/// When nothing matches, or a store cannot be listed.
pub fn matches(pattern: &str) -> Result<Vec<Match>, DataError> {
    matches_with(pattern, &Variables::of_environment())
}

/// Replaces each pattern by the locations of its [`matches()`], with `variables` in place of the
/// environment's.
///
/// # Errors
///
/// When nothing matches a pattern, a store cannot be listed, or a location is there twice.
pub(super) fn expand(
    locations: &[&OsStr],
    variables: &Variables,
) -> Result<Vec<OsString>, DataError> {
    let mut expanded: Vec<OsString> = Vec::new();
    for &location in locations {
        let matching = match location.to_str().filter(|text| is_pattern(text)) {
            Some(pattern) => matches_with(pattern, variables)?
                .into_iter()
                .map(|found| found.location)
                .collect(),
            None => vec![location.to_owned()],
        };
        expanded.extend(matching);
    }
    check_distinct(expanded.iter().map(AsRef::as_ref))?;
    Ok(expanded)
}

/// Checks that no location is there twice.
///
/// # Errors
///
/// [`DataError::SameLocation`] with the first one that is.
pub fn check_distinct<'a>(mut locations: impl Iterator<Item = &'a OsStr>) -> Result<(), DataError> {
    let mut seen = HashSet::new();
    locations
        .find(|&location| !seen.insert(location))
        .map_or(Ok(()), |location| {
            Err(DataError::SameLocation {
                location: location.display().to_string(),
            })
        })
}

/// Returns whether a location is a pattern, and not an existing path; or the URL of a folder in
/// an object store.
#[must_use]
pub fn is_pattern(location: &str) -> bool {
    match parse_url(location) {
        Ok(None) => {
            location.contains(['*', '?', '[']) && std::fs::symlink_metadata(location).is_err()
        }
        // Its `?` begins a query.
        Ok(Some(url)) => {
            is_object_store(&url) && (location.contains(['*', '[']) || location.ends_with('/'))
        }
        Err(_) => false,
    }
}

/// Returns whether the URL is one of an object store.
fn is_object_store(url: &Url) -> bool {
    url.scheme() != "file" && !is_web(url) && !is_postgres(url)
}

fn matches_with(pattern: &str, variables: &Variables) -> Result<Vec<Match>, DataError> {
    let (found, pattern) = match parse_url(pattern)? {
        Some(url) => (list(pattern, variables)?, public_name(&url)),
        None => (find_paths(pattern)?, pattern.to_owned()),
    };
    if found.is_empty() {
        return Err(DataError::NoMatch { pattern });
    }
    Ok(found)
}

#[cfg(feature = "object-store")]
fn list(pattern: &str, variables: &Variables) -> Result<Vec<Match>, DataError> {
    super::listing::list(pattern, OPTIONS, variables)
}

#[cfg(not(feature = "object-store"))]
fn list(pattern: &str, _variables: &Variables) -> Result<Vec<Match>, DataError> {
    Err(DataError::FeatureDisabled {
        location: pattern.to_owned(),
        feature: "object-store",
    })
}

fn find_paths(pattern: &str) -> Result<Vec<Match>, DataError> {
    let invalid = |error: glob::PatternError| DataError::InvalidLocation {
        location: pattern.to_owned(),
        cause: error.to_string(),
    };
    let folder = without_dots(Path::new(folder_of(pattern, &['*', '?', '['])));

    let mut found = Vec::new();
    for path in glob::glob_with(pattern, OPTIONS).map_err(invalid)? {
        let path = path.map_err(|error| {
            DataError::file("read", error.path().display().to_string())(error.into())
        })?;
        if !path.is_dir() {
            let relative = without_dots(&path);
            let relative = relative
                .strip_prefix(&folder)
                .unwrap_or(&relative)
                .to_owned();
            found.push(Match {
                location: path.into_os_string(),
                relative,
            });
        }
    }
    found.sort_by(|left, right| left.location.cmp(&right.location));
    Ok(found)
}

/// Returns the path without the components `.`, which a match may lack.
fn without_dots(path: &Path) -> PathBuf {
    path.components()
        .filter(|component| *component != Component::CurDir)
        .collect()
}

/// Returns the part of a pattern up to the last separator in front of its wildcards.
pub(super) fn folder_of<'p>(pattern: &'p str, wildcards: &[char]) -> &'p str {
    let wildcard = pattern.find(wildcards).unwrap_or(pattern.len());
    let end = pattern[..wildcard].rfind('/').map_or(0, |slash| slash + 1);
    &pattern[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_pattern_is_in_front_of_its_wildcards() {
        for (pattern, folder) in [
            ("*.csv", ""),
            ("rows/*.csv", "rows/"),
            ("rows/year=?/[ab].csv", "rows/"),
            ("s3://bucket/rows/", "s3://bucket/rows/"),
        ] {
            assert_eq!(folder_of(pattern, &['*', '?', '[']), folder);
        }
    }
}
