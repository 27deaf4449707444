//! Patterns of paths.

use std::ffi::{OsStr, OsString};

use url::Url;

use super::location::{Variables, is_postgres, is_web, parse_url, public_name};
use crate::error::DataError;

/// How patterns match: wildcards are no separators and no leading dots.
const OPTIONS: glob::MatchOptions = glob::MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// Replaces each pattern by the files that match it, in the order of their names, and the URL of
/// a folder in an object store, which ends in `/`, by the objects right in it.
///
/// # Errors
///
/// When nothing matches a pattern, a store cannot be listed, or a location is there twice.
pub fn expand(locations: &[&OsStr]) -> Result<Vec<OsString>, DataError> {
    expand_with(locations, &Variables::of_environment())
}

/// As [`expand`], with `variables` in place of the environment's.
pub(super) fn expand_with(
    locations: &[&OsStr],
    variables: &Variables,
) -> Result<Vec<OsString>, DataError> {
    let mut expanded: Vec<OsString> = Vec::new();
    for &location in locations {
        let matching = match location.to_str().filter(|text| is_pattern(text)) {
            Some(pattern) => matches(pattern, variables)?,
            None => vec![location.to_owned()],
        };
        for location in matching {
            if expanded.contains(&location) {
                return Err(DataError::SameLocation {
                    location: location.display().to_string(),
                });
            }
            expanded.push(location);
        }
    }
    Ok(expanded)
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

fn matches(pattern: &str, variables: &Variables) -> Result<Vec<OsString>, DataError> {
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
fn list(pattern: &str, variables: &Variables) -> Result<Vec<OsString>, DataError> {
    super::listing::list(pattern, OPTIONS, variables)
}

#[cfg(not(feature = "object-store"))]
fn list(pattern: &str, _variables: &Variables) -> Result<Vec<OsString>, DataError> {
    Err(DataError::FeatureDisabled {
        location: pattern.to_owned(),
        feature: "object-store",
    })
}

fn find_paths(pattern: &str) -> Result<Vec<OsString>, DataError> {
    let invalid = |error: glob::PatternError| DataError::InvalidLocation {
        location: pattern.to_owned(),
        cause: error.to_string(),
    };
    let mut paths = Vec::new();
    for path in glob::glob_with(pattern, OPTIONS).map_err(invalid)? {
        let path = path.map_err(|error| {
            DataError::file("read", error.path().display().to_string())(error.into())
        })?;
        if !path.is_dir() {
            paths.push(path.into_os_string());
        }
    }
    paths.sort();
    Ok(paths)
}
