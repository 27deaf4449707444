//! Texts of locations whose labels, if they have any, do not matter.

use std::ffi::OsStr;

use super::columns::find_text;
use super::open::open_all;
use super::row::{Row, Source, Visit};
use super::settings::SourceSettings;
use crate::error::DataError;

/// Source of rows without labels.
struct Unlabelled(Box<dyn Source>);

impl Source for Unlabelled {
    fn name(&self) -> String {
        self.0.name()
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        self.0.read(&mut |row| visit(Row { label: "", ..row }))
    }
}

/// As [`open_all`], also for locations without a column of labels, whose rows have empty labels.
///
/// # Errors
///
/// As [`open_all`], and those of reading the rows; [`DataError::Columns`] without a column of texts, or when
/// the settings name a column of labels that is missing.
pub fn open_texts(
    locations: &[impl AsRef<OsStr>],
    settings: &SourceSettings,
) -> Result<Box<dyn Source>, DataError> {
    let source = open_all(locations, settings)?;
    let Err(error) = source.read(&mut |_| Ok(())) else {
        return Ok(source);
    };

    let DataError::Columns { existing, .. } = &error else {
        return Err(error);
    };
    let names: Vec<_> = existing.iter().map(String::as_str).collect();
    match (&settings.label_column, find_text(&names, settings, "", "")) {
        (None, Ok(text)) => {
            let settings = SourceSettings {
                label_column: Some(existing[text].clone()),
                ..settings.clone()
            };
            Ok(Box::new(Unlabelled(open_all(locations, &settings)?)))
        }
        _ => Err(error),
    }
}
