//! Syntax of a CSV record, and the end of its fields.

use memchr::{memchr2, memchr3};

/// Characters with a meaning in a CSV file, each in ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Syntax {
    pub delimiter: u8,
    pub quote: u8,
    /// Character that takes the meaning of the next one; without it a quote is doubled.
    pub escape: Option<u8>,
}

impl Default for Syntax {
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote: b'"',
            escape: None,
        }
    }
}

impl Syntax {
    /// Returns the offset of the delimiter or line end that ends an unquoted field, or the length.
    pub fn field_end(self, text: &[u8]) -> usize {
        memchr3(self.delimiter, b'\n', b'\r', text).unwrap_or(text.len())
    }

    /// Returns the offset of the next quote or escape, or the length.
    pub fn quoted_end(self, text: &[u8]) -> usize {
        memchr2(self.quote, self.escape.unwrap_or(self.quote), text).unwrap_or(text.len())
    }

    /// Returns whether the escape at the beginning of `text` takes the meaning of its next character.
    pub fn escapes(self, text: &[u8], in_quotes: bool) -> bool {
        let (Some(escape), &[first, next, ..]) = (self.escape, text) else {
            return false;
        };
        first == escape
            && (next == self.quote || next == escape || (!in_quotes && next == self.delimiter))
    }
}
