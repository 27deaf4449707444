//! Parquet source, and the parts in a folder.

mod column;
mod folder;
mod kind;
mod pages;
mod panics;
mod part;
mod partitions;
mod schema;

pub(super) use self::folder::{Parts, parts};
use self::part::Part;
use self::partitions::Partition;
use super::file::SourceFile;
use super::row::{Source, Visit};
use super::settings::SourceSettings;
use crate::error::DataError;

/// Source of the rows in a Parquet file: text, numbers, booleans, dates and timestamps, also inside
/// structs, by their path, and the columns of a partitioned table, which are names of folders.
pub(super) struct Parquet {
    pub file: SourceFile,
    pub settings: SourceSettings,
}

impl Source for Parquet {
    fn name(&self) -> String {
        self.file.name()
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        let name = self.name();
        let on_disk = self.file.on_disk()?;
        let part = Part {
            path: &on_disk.path,
            name: &name,
            settings: &self.settings,
            partitions: &Partition::of_path(self.file.content_name()),
        };
        part.read(visit)
    }
}
