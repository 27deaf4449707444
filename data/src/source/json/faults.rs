//! Errors of a file of objects, with their places.

use super::objects::{Layout, Objects};
use super::position::position;
use crate::error::DataError;
use crate::excerpt::excerpt;

impl<R> Objects<R> {
    /// Returns an error of the current object at an offset.
    pub(super) fn fault(&self, offset: usize, cause: &str) -> DataError {
        let (line, column) = position(self.bytes(offset), (self.line, self.column));
        let at = if line == self.line {
            format!("at column {}", column + 1)
        } else {
            format!("at line {line}, column {}", column + 1)
        };
        self.malformed(format!("{cause}, {at}"))
    }

    pub(super) fn malformed(&self, cause: String) -> DataError {
        DataError::malformed_at(&self.name, self.line, cause)
    }

    /// Returns an error for a byte that cannot come next between the objects.
    pub(super) fn unexpected(&self, byte: u8) -> DataError {
        let rest = String::from_utf8_lossy(&self.buffer[self.start..]);
        if byte == b'<' && matches!(self.layout, Layout::Unknown) {
            let cause = "is HTML, not JSON: open it in a browser to see what was downloaded";
            return self.malformed(cause.to_owned());
        }
        if rest.starts_with('\u{feff}') {
            let cause = "a byte order mark (U+FEFF) inside the file, as when files are put together: \
                         remove it";
            return self.malformed(cause.to_owned());
        }

        let found = excerpt(&rest.chars().take(1).collect::<String>());
        let cause = match (self.layout, byte) {
            (Layout::Stream, b',') => {
                "a comma between objects: remove it, or put the objects into an array: `[`, the \
                 objects, `]`"
                    .to_owned()
            }
            (Layout::End, _) => format!("{found} after the end of the array"),
            _ => format!("expected an object, which begins with `{{`; found {found}"),
        };
        self.fault(0, &cause)
    }
}
