//! Patterns of paths.

use std::ffi::{OsStr, OsString};

use super::location::parse_url;
use crate::error::DataError;

/// Replaces each pattern by the files that match it, in the order of their names.
///
/// # Errors
///
/// When nothing matches a pattern, or a location is there twice.
pub fn expand(locations: &[&OsStr]) -> Result<Vec<OsString>, DataError> {
    let mut expanded: Vec<OsString> = Vec::new();
    for &location in locations {
        let matching = match location.to_str().filter(|text| is_pattern(text)) {
            Some(pattern) => matches(pattern)?,
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

/// Returns whether a location is a pattern, and neither a URL nor an existing path.
#[must_use]
pub fn is_pattern(location: &str) -> bool {
    location.contains(['*', '?', '['])
        && matches!(parse_url(location), Ok(None))
        && std::fs::symlink_metadata(location).is_err()
}

fn matches(pattern: &str) -> Result<Vec<OsString>, DataError> {
    let invalid = |error: glob::PatternError| DataError::InvalidLocation {
        location: pattern.to_owned(),
        cause: error.to_string(),
    };
    let options = glob::MatchOptions {
        require_literal_leading_dot: true,
        require_literal_separator: true,
        ..glob::MatchOptions::default()
    };

    let mut paths = Vec::new();
    for path in glob::glob_with(pattern, options).map_err(invalid)? {
        let path = path.map_err(|error| {
            DataError::file("read", error.path().display().to_string())(error.into())
        })?;
        if !path.is_dir() {
            paths.push(path.into_os_string());
        }
    }
    if paths.is_empty() {
        return Err(DataError::NoMatch {
            pattern: pattern.to_owned(),
        });
    }
    paths.sort();
    Ok(paths)
}
