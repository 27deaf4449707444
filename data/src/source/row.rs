//! A row and the trait of everything that has rows.

use std::fmt;

use crate::error::DataError;

/// One row as it stands in the source, its label not yet read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Position in the source, from 1.
    pub number: u64,
    /// The sentence; empty when the source has none.
    pub text: String,
    /// The label's text; `NULL` or `null` when the source has none.
    pub label: String,
}

/// Somewhere rows come from.
pub trait Source: Send + Sync {
    /// What to call the source in messages: `embedded`, or the path as it was given.
    fn name(&self) -> String;

    /// Calls `visit` with every row in order and stops at the first error.
    ///
    /// # Errors
    ///
    /// What is wrong with the source, or what `visit` returned.
    fn read(&self, visit: &mut dyn FnMut(Row) -> Result<(), DataError>) -> Result<(), DataError>;
}

impl fmt::Debug for dyn Source + '_ {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Source({})", self.name())
    }
}

/// What a source calls for each of its rows.
pub(crate) type Visit<'v> = dyn FnMut(Row) -> Result<(), DataError> + 'v;
