//! A row and the trait of everything that has rows.

use std::borrow::Cow;
use std::fmt;

use crate::error::DataError;

/// One row as it stands in the source, its label not yet read; it lives until the next row is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row<'r> {
    /// Position in the source, from 1.
    pub number: u64,
    /// The sentence; empty when the source has none.
    pub text: &'r str,
    /// The label's text; `NULL` or `null` when the source has none.
    pub label: &'r str,
    /// The values of [`SourceSettings::columns`](crate::SourceSettings::columns), in that order; each is
    /// empty when the source has none, and a number is written as the source prints it.
    pub columns: &'r [Cow<'r, str>],
}

/// Somewhere rows come from.
pub trait Source: Send + Sync {
    /// What to call the source in messages and manifests: `embedded`, the path as it was given, or the URL without
    /// credentials.
    fn name(&self) -> String;

    /// Calls `visit` with every row in order and stops at the first error.
    ///
    /// # Errors
    ///
    /// What is wrong with the source, or what `visit` returned.
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

/// What a source calls for each of its rows.
pub(crate) type Visit<'v> = dyn FnMut(Row<'_>) -> Result<(), DataError> + 'v;

/// The same memory for the values of the next row.
pub(super) fn recycle<'to>(mut values: Vec<Cow<'_, str>>) -> Vec<Cow<'to, str>> {
    values.clear();
    // Collecting into a type of the same layout keeps the allocation, and no value is left to convert.
    values
        .into_iter()
        .map(|value| Cow::Owned(value.into_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recycled_values_keep_their_memory() {
        let mut values: Vec<Cow<'_, str>> = Vec::with_capacity(5);
        values.push(Cow::Borrowed("a"));
        let place = values.as_ptr();
        let recycled = recycle(values);
        assert!(recycled.is_empty());
        assert_eq!((recycled.as_ptr(), recycled.capacity()), (place, 5));
    }
}
