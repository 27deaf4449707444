//! Patterns of paths.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use glob::{Pattern, PatternError};
use url::Url;
use walkdir::WalkDir;

use super::location::{Variables, is_postgres, is_web, parse_url, public_name};
use super::same_file::Identity;
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
#[cfg(feature = "dataset")]
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

/// Checks that no file is there twice, under one location or several.
///
/// # Errors
///
/// [`DataError::SameLocation`] with the first one that is.
pub fn check_distinct<'a>(mut locations: impl Iterator<Item = &'a OsStr>) -> Result<(), DataError> {
    let mut seen = HashSet::new();
    locations
        .find(|&location| !seen.insert(Identity::of(location)))
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
    let (folder, names) = pattern.split_at(folder_of(pattern, &['*', '?', '[']).len());
    let names = Names::new(names).map_err(|error| DataError::InvalidLocation {
        location: pattern.to_owned(),
        cause: error.to_string(),
    })?;
    let root = if folder.is_empty() { "." } else { folder };
    if names.are_folders || !Path::new(root).is_dir() {
        return Ok(Vec::new());
    }

    let relative = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
    let entries = WalkDir::new(root)
        .follow_links(true)
        .min_depth(1)
        .max_depth(names.max_depth())
        .into_iter()
        .filter_entry(|entry| {
            let is_folder = entry.file_type().is_dir();
            !is_folder || names.may_be_below(&relative(entry.path()))
        });

    let mut found = Vec::new();
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(Path::new(root)).to_owned();
                if is_dangling(&path) && !names.match_path(&relative(&path)) {
                    continue;
                }
                return Err(DataError::file("read", path.display().to_string())(
                    error.into(),
                ));
            }
        };
        let relative = relative(entry.path());
        if !entry.file_type().is_dir() && names.match_path(&relative) {
            found.push(Match {
                location: Path::new(folder).join(&relative).into_os_string(),
                relative,
            });
        }
    }
    found.sort_by(|left, right| left.location.cmp(&right.location));
    Ok(found)
}

/// The part of a pattern below the folder in front of its first wildcard.
struct Names {
    whole: Pattern,
    /// Patterns of the folders on the way; none where `**` stands for any.
    folders: Option<Vec<Pattern>>,
    /// Whether the pattern ends in a separator, so that no file matches.
    are_folders: bool,
}

impl Names {
    fn new(names: &str) -> Result<Self, PatternError> {
        let parts: Vec<&str> = names
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".")
            .collect();
        let part_patterns = (1..parts.len()).map(|end| Pattern::new(&parts[..end].join("/")));
        let folders: Vec<_> = part_patterns.collect::<Result<_, _>>()?;
        let is_deep = parts.contains(&"**");

        Ok(Self {
            whole: Pattern::new(&parts.join("/"))?,
            folders: (!is_deep).then_some(folders),
            are_folders: names.ends_with('/'),
        })
    }

    fn max_depth(&self) -> usize {
        let folders = self.folders.as_ref();
        folders.map_or(usize::MAX, |folders| folders.len() + 1)
    }

    /// Returns whether files below the folder at a relative path may match.
    fn may_be_below(&self, folder: &Path) -> bool {
        let depth = folder.components().count();
        match &self.folders {
            None => true,
            Some(_) if depth == 0 => true,
            Some(folders) => folders
                .get(depth - 1)
                .is_some_and(|pattern| matches_path(pattern, folder)),
        }
    }

    fn match_path(&self, path: &Path) -> bool {
        matches_path(&self.whole, path)
    }
}

/// Matches a path as text: bytes that are not UTF-8 are one character that only wildcards match.
fn matches_path(pattern: &Pattern, path: &Path) -> bool {
    pattern.matches_with(&path.to_string_lossy(), OPTIONS)
}

/// Returns whether a path is a symbolic link that leads nowhere.
fn is_dangling(path: &Path) -> bool {
    path.is_symlink() && path.metadata().is_err()
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
