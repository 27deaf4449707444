//! Archive source: unpacked to a temporary directory and read as a SQLite file.

use std::fs::File;
use std::io::{BufRead, BufReader};

use relevance_storage::TemporaryFolder;

use super::file::SourceFile;
use super::row::{Source, Visit};
use super::settings::SourceSettings;
use super::sqlite::read_database;
use crate::archive::unpack_reader;
use crate::error::{CopyWriter, DataError, ReadError};

/// Source of the rows in an archive.
pub(super) struct Archive {
    pub file: SourceFile,
    pub settings: SourceSettings,
}

impl Source for Archive {
    fn name(&self) -> String {
        self.file.name()
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        read_archive(
            BufReader::new(self.file.reader()?),
            &self.name(),
            &self.settings,
            visit,
        )
    }
}

/// Unpacks the archive into a temporary directory and reads its table; `name` is for messages.
pub(super) fn read_archive(
    archive: impl BufRead,
    name: &str,
    settings: &SourceSettings,
    visit: &mut Visit<'_>,
) -> Result<(), DataError> {
    // A directory, since SQLite may put its own files beside the database.
    let failed = |error| DataError::file("unpack", name)(ReadError::temporary_copy(error));
    let directory = TemporaryFolder::create().map_err(failed)?;
    let path = directory.path().join("db.sqlite");

    let mut database = CopyWriter(File::create(&path).map_err(failed)?);
    unpack_reader(archive, name, &mut database, settings.max_unpacked_bytes)?;
    drop(database);

    read_database(&path, name, settings, visit)
}
