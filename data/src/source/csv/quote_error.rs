//! Errors of quoted fields, with their cause and the flag that helps.

use crate::error::DataError;

/// Fault of a quoted field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QuoteFault {
    /// The file ends within it.
    Unclosed,
    /// It is closed by a quote after a backslash, and text follows.
    Backslash,
    /// It is closed on a later line, and text follows.
    Text,
}

/// Fault of a quoted field, and its location.
#[derive(Clone, Copy, Debug)]
pub(super) struct QuoteError {
    pub fault: QuoteFault,
    /// Line on which the quote opens.
    pub opened: u64,
    /// Line of the fault.
    pub line: u64,
    pub quote: char,
    /// Whether a quote within the field follows a backslash.
    pub may_be_escaped: bool,
}

impl QuoteError {
    /// Returns the error of the record that begins on `line`.
    pub fn in_record(self, file: &str, line: u64) -> DataError {
        let Self {
            opened,
            quote,
            line: closed,
            ..
        } = self;
        let escape = if self.may_be_escaped {
            ", or, if backslashes escape quotes, read it with `--escape '\\'`"
        } else {
            ""
        };

        let cause = match self.fault {
            QuoteFault::Unclosed => format!(
                "the quote that opens in line {opened} is never closed: close it, double each \
                 `{quote}` within a text{escape}; if quotes mean nothing in this file, name \
                 another character with `--quote`"
            ),
            QuoteFault::Backslash => format!(
                "a backslash stands before a `{quote}` within a quoted text: if backslashes \
                 escape quotes, read the file with `--escape '\\'`; else double the quote"
            ),
            QuoteFault::Text => format!(
                "the quote that opens in line {opened} is closed in line {closed}, where text \
                 follows it: close it in its own line, or double each `{quote}` within a text\
                 {escape}"
            ),
        };
        DataError::malformed_at(file, line, cause)
    }
}
