//! Rows, and the trait of their sources.

use std::borrow::Cow;
use std::fmt;

use crate::error::DataError;

/// Row of a source with its label unparsed, valid until the next row is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row<'r> {
    /// Number of the row in the source, from 1.
    pub number: u64,
    /// Line of the file on which the row begins, from 1; none when the source has no lines.
    pub line: Option<u64>,
    /// File of the row, when the source consists of several.
    pub file: Option<&'r str>,
    /// The sentence; empty when the source has none.
    pub text: &'r str,
    /// The label's text; empty when the source has none.
    pub label: &'r str,
    /// The values of [`SourceSettings::columns`](crate::SourceSettings::columns), in that order;
    /// each is empty when the source has none, and a number is written as the source prints it.
    pub columns: &'r [Cow<'r, str>],
}

impl<'r> Row<'r> {
    /// Returns a row with these values, in the order text, label, further columns.
    pub(super) fn of_values(number: u64, values: &'r [Cow<'r, str>]) -> Self {
        Self {
            number,
            text: &values[0],
            label: &values[1],
            columns: &values[2..],
            ..Self::default()
        }
    }

    /// Describes the place of the row for messages: `line 12` or `row 12`, and the file when there
    /// are several.
    #[must_use]
    pub fn place(&self) -> String {
        let number = self.number;
        match (self.line, self.file) {
            (Some(line), Some(file)) => format!("`{file}`, line {line}"),
            (Some(line), None) => format!("line {line}"),
            (None, Some(file)) => format!("row {number} of all, in `{file}`"),
            (None, None) => format!("row {number}"),
        }
    }
}

/// Source of rows.
pub trait Source: Send + Sync {
    /// Returns the name for messages and manifests: `embedded`, the path as given, or the URL
    /// without credentials.
    fn name(&self) -> String;

    /// Calls `visit` with every row in order and stops at the first error.
    ///
    /// # Errors
    ///
    /// When the source cannot be read, or `visit` returns an error.
    fn read(
        &self,
        visit: &mut dyn FnMut(Row<'_>) -> Result<(), DataError>,
    ) -> Result<(), DataError>;
}

impl fmt::Debug for dyn Source + '_ {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Source({})", self.name())
    }
}

/// Callback of a source for each row.
pub(crate) type Visit<'v> = dyn FnMut(Row<'_>) -> Result<(), DataError> + 'v;

/// Empties the vector and keeps its allocation for the values of the next row.
pub(super) fn recycle<'to>(mut values: Vec<Cow<'_, str>>) -> Vec<Cow<'to, str>> {
    values.clear();

    // Collecting into a type of the same layout reuses the allocation.
    values
        .into_iter()
        .map(|value| Cow::Owned(value.into_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recycled_values_keep_their_allocation() {
        let mut values: Vec<Cow<'_, str>> = Vec::with_capacity(5);
        values.push(Cow::Borrowed("a"));
        let allocation = values.as_ptr();
        let recycled = recycle(values);
        assert!(recycled.is_empty());
        assert_eq!((recycled.as_ptr(), recycled.capacity()), (allocation, 5));
    }
}
