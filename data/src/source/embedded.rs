//! Embedded source: the archive in this crate, so that training needs no file.

use super::archive::read_archive;
use super::row::{Source, Visit};
use super::settings::SourceSettings;
use crate::error::DataError;

/// Location of the embedded archive.
pub const EMBEDDED: &str = "embedded";

const ARCHIVE: &[u8] = include_bytes!("../../db.sqlite.base64.tar.gz");

/// Source of the rows in the embedded archive.
pub(super) struct Embedded {
    pub settings: SourceSettings,
}

impl Source for Embedded {
    fn name(&self) -> String {
        EMBEDDED.to_owned()
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        read_archive(ARCHIVE, EMBEDDED, &self.settings, visit)
    }
}
