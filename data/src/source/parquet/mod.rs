//! Parquet source: one file, or a folder of parts.

mod column;
mod folder;
mod kind;
mod panics;
mod part;
mod schema;

use std::path::{Path, PathBuf};

pub(super) use self::folder::parts;
use self::part::Part;
use super::file::SourceFile;
use super::row::{Source, Visit};
use super::settings::SourceSettings;
use crate::error::DataError;

/// Source of the rows in a Parquet file: text, numbers, booleans, dates and timestamps, also inside
/// structs, by their path.
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
        };
        part.read(None, 0, visit).map(drop)
    }
}

/// Source of the rows in the parts of a folder, in the order of their names.
pub(super) struct ParquetFolder {
    pub folder: PathBuf,
    pub parts: Vec<PathBuf>,
    pub settings: SourceSettings,
}

impl Source for ParquetFolder {
    fn name(&self) -> String {
        self.folder.display().to_string()
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        let mut rows = 0;
        for path in &self.parts {
            let name = path.display().to_string();
            let part = Part {
                path,
                name: &name,
                settings: &self.settings,
            };
            rows = part.read(Some(&file_name(path)), rows, visit)?;
        }
        Ok(())
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}
