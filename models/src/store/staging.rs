//! Staging files of a local store, such as `model.onnx#1`, which it writes and then renames.
//!
//! A killed writer leaves them. The object store does not list them, so the folder itself is read.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::error::StoreError;
use crate::lock::AliasExclusion;
use crate::name::validate_name;
use crate::store::open::Store;

/// File that a writer has not renamed, or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Staged {
    /// Path below the model's folder.
    pub(crate) path: String,
    /// Time of the last writing.
    pub(crate) written: Timestamp,
}

impl Store {
    /// Lists the staging files of a model, sorted; only a local store has any.
    pub(crate) async fn staged(&self, name: &str) -> Result<Vec<Staged>, StoreError> {
        let Some(folder) = self.folder(name) else {
            return Ok(Vec::new());
        };
        let read = tokio::task::spawn_blocking(move || {
            let mut staged = Vec::new();
            collect(&folder, "", &mut staged).map_err(|source| StoreError::Staging {
                path: folder,
                source,
            })?;
            staged.sort_unstable_by(|one, other| one.path.cmp(&other.path));
            Ok(staged)
        });

        read.await.expect("reading a folder does not panic")
    }

    /// Removes a staging file, and its folder if that is empty then.
    pub(crate) async fn remove_staged(&self, name: &str, path: &str) -> Result<(), StoreError> {
        let Some(folder) = self.folder(name) else {
            return Ok(());
        };
        let path = folder.join(path);
        let removal = tokio::task::spawn_blocking(move || {
            match std::fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(StoreError::Staging { path, source });
                }
                _ => {}
            }
            // Fails when the folder is not empty.
            let _ = path.parent().map(std::fs::remove_dir);
            Ok(())
        });

        removal.await.expect("removing a file does not panic")
    }

    /// Checks that versions of a model can be written into a local store; nothing is created. A
    /// bucket is not checked.
    ///
    /// # Errors
    ///
    /// When the model's name is not valid, or its folder, or the one to create it in, cannot be
    /// written to.
    pub fn check_writable(&self, name: &str) -> Result<(), StoreError> {
        validate_name(name)?;
        let Some(folder) = self.folder(name) else {
            return Ok(());
        };
        let existing = folder
            .ancestors()
            .find(|folder| folder.symlink_metadata().is_ok());
        let existing = existing.unwrap_or(&folder);
        relevance_storage::check_writable(existing).map_err(|source| StoreError::NotWritable {
            path: existing.to_owned(),
            source,
        })
    }

    fn folder(&self, name: &str) -> Option<PathBuf> {
        match &self.exclusion {
            AliasExclusion::FileLock(root) => Some(root.join(name)),
            AliasExclusion::ConditionalPut => None,
        }
    }
}

/// Adds the staging files of a folder and those below it; a file that disappears meanwhile is
/// skipped.
fn collect(folder: &Path, below: &str, staged: &mut Vec<Staged>) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = if below.is_empty() {
            name.clone()
        } else {
            format!("{below}/{name}")
        };
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(&entry.path(), &path, staged)?;
        } else if is_staged(&name) {
            let Ok(modified) = entry.metadata().and_then(|metadata| metadata.modified()) else {
                continue;
            };
            let written = Timestamp::try_from(modified).unwrap_or(Timestamp::MAX);
            staged.push(Staged { path, written });
        }
    }

    Ok(())
}

/// Returns whether a name is that of a staging file, which ends in `#` and a number.
fn is_staged(name: &str) -> bool {
    let number = name.rsplit_once('#').map(|(_, number)| number);
    number.is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|each| each.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_number_after_a_hash_marks_a_staging_file() {
        for (name, want) in [
            ("model.onnx#1", true),
            ("a#b#12", true),
            ("model.onnx", false),
            ("a#", false),
            ("a#b", false),
        ] {
            assert_eq!(is_staged(name), want, "{name}");
        }
    }
}
