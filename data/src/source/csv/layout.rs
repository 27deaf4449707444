//! Layout of a CSV file: its dialect, and what its first record says of the others.

use super::dialect::Dialect;
use super::errors::{repeated_header, unequal_lengths, with_advice};
use super::records::Record;
#[cfg(feature = "dataset")]
use super::records::Records;
use crate::error::DataError;
#[cfg(feature = "dataset")]
use crate::source::columns::Columns;
use crate::source::columns::find_text;
use crate::source::settings::SourceSettings;

/// Dialect of a file, the names of its columns and the number of its fields.
#[derive(Clone, Debug)]
pub struct Layout {
    /// How the fields are separated and quoted.
    pub dialect: Dialect,
    /// Names of the columns without whitespace around them; numbers from 1 without a header.
    pub columns: Vec<String>,
    first: Record,
    file: String,
}

impl Layout {
    /// Takes the names of the columns from the first record of `file`.
    #[must_use]
    pub fn new(dialect: Dialect, first: Record, file: &str) -> Self {
        let columns = if dialect.has_header {
            first.fields().map(|name| name.trim().to_owned()).collect()
        } else {
            (1..=first.len()).map(|number| number.to_string()).collect()
        };
        Self {
            dialect,
            columns,
            first,
            file: file.to_owned(),
        }
    }

    /// Finds the column of the texts that the settings name.
    ///
    /// # Errors
    ///
    /// [`DataError::Columns`] when it is missing or there twice.
    pub fn find_text(&self, settings: &SourceSettings) -> Result<usize, DataError> {
        let names: Vec<_> = self.columns.iter().map(String::as_str).collect();
        find_text(&names, settings, &self.file, &self.location())
            .map_err(|error| with_advice(error, &self.dialect))
    }

    #[cfg(feature = "dataset")]
    pub(super) fn find_columns(&self, settings: &SourceSettings) -> Result<Columns, DataError> {
        let names: Vec<_> = self.columns.iter().map(String::as_str).collect();
        Columns::find(&names, settings, &self.file, &self.location())
            .map_err(|error| with_advice(error, &self.dialect))
    }

    /// Place of the columns' names in messages.
    #[must_use]
    pub fn location(&self) -> String {
        format!("line {}", self.first.line)
    }

    /// Checks that a further record has a field for each column and is not the header again.
    ///
    /// # Errors
    ///
    /// [`DataError::Malformed`] with the line of the record.
    pub fn check(&self, record: &Record) -> Result<(), DataError> {
        if record.len() != self.first.len() {
            return Err(unequal_lengths(
                &self.file,
                record,
                &self.first,
                &self.dialect,
            ));
        }
        if self.dialect.has_header && record.repeats(&self.first) {
            return Err(repeated_header(&self.file, record));
        }
        Ok(())
    }
}

/// Returns whether the beginning of a text is that of a CSV file with the needed columns, or with
/// any two columns.
#[cfg(feature = "dataset")]
pub(in crate::source) fn looks_like_csv(
    sample: &[u8],
    settings: &SourceSettings,
    needs_names: bool,
) -> bool {
    let Ok(dialect) = Dialect::find(sample, settings, None) else {
        return false;
    };

    let mut record = Record::default();
    let input = &sample[dialect.separator_line_bytes..];
    let mut records = Records::new(input, "", &dialect, 0);
    let is_there = records.read(&mut record).unwrap_or_default();
    let has_names = || {
        let layout = Layout::new(dialect, record.clone(), "");
        layout.find_columns(settings).is_ok()
    };
    is_there && record.len() > 1 && (!needs_names || has_names())
}
