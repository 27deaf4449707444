//! Frozen test rows, on which the champion and the challenger are compared, stored by digest.
//!
//! The store does not interpret them. A version's manifest has their digest as `"test_rows"` of the
//! training record.

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore as _, PutMode};

use crate::error::StoreError;
use crate::layout::{TEST_ROWS, TEST_ROWS_SUFFIX};
use crate::manifest::{FileEntry, Manifest};
use crate::name::{validate_digest, validate_name};
use crate::store::open::Store;
use crate::store::open::failed;

/// Field of the training record that holds the digest of the frozen test rows.
pub(crate) const TEST_ROWS_KEY: &str = "test_rows";

impl Store {
    /// Stores test rows (JSON lines, compressed with gzip) and returns their SHA-256 for
    /// [`Store::test_rows`].
    ///
    /// Existing rows are written again: their new date protects them from [`Store::prune`] until a
    /// version names them.
    ///
    /// # Errors
    ///
    /// When the name is not valid or the object store fails.
    pub async fn put_test_rows(&self, name: &str, rows: Bytes) -> Result<String, StoreError> {
        validate_name(name)?;
        let digest = FileEntry::from_content(&rows).sha256;
        let path = self.test_rows_path(name, &digest);
        let written = self
            .objects
            .put_opts(&path, rows.into(), PutMode::Overwrite.into())
            .await;
        written.map_err(failed("write", &path))?;
        Ok(digest)
    }

    /// Reads the test rows of a digest and checks their content; `None` without such rows.
    ///
    /// # Errors
    ///
    /// When the name or the digest is not valid, the rows were altered, or the object store fails.
    pub async fn test_rows(&self, name: &str, digest: &str) -> Result<Option<Bytes>, StoreError> {
        validate_name(name)?;
        validate_digest(digest)?;
        let Some((rows, _)) = self.get(&self.test_rows_path(name, digest)).await? else {
            return Ok(None);
        };

        let got = FileEntry::from_content(&rows).sha256;
        if got == digest {
            return Ok(Some(rows));
        }
        Err(StoreError::AlteredTestRows {
            name: name.to_owned(),
            digest: digest.to_owned(),
            got,
        })
    }

    pub(crate) fn test_rows_path(&self, name: &str, digest: &str) -> Path {
        self.model_path(name)
            .join(TEST_ROWS)
            .join(format!("{digest}{TEST_ROWS_SUFFIX}"))
    }
}

impl Manifest {
    /// Returns the digest of the version's frozen test rows, if its training recorded one.
    #[must_use]
    pub fn test_rows(&self) -> Option<&str> {
        self.training.get(TEST_ROWS_KEY)?.as_str()
    }
}
