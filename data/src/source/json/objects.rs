//! Search for the objects of a file, which is a stream of them or one array.

use std::io::{BufRead, Read as _};

use memchr::memchr_iter;

use super::extent::Extent;
use crate::error::{DataError, excerpt};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Maximum number of bytes that are read at once: a line, or a part of a longer one.
const CHUNK_BYTES: u64 = 1 << 20;

/// Reader that stops at each object of a file.
pub(super) struct Objects<'n, R> {
    name: &'n str,
    reader: R,
    buffer: Vec<u8>,
    /// Offset of the current byte in the buffer.
    start: usize,
    /// Line of the current byte, from 1.
    line: u64,
    /// Characters before the current byte in its line.
    column: usize,
    layout: Layout,
    /// Whether the buffer holds one line from its beginning, of which only whitespace was skipped.
    is_line: bool,
}

#[derive(Clone, Copy)]
enum Layout {
    Unknown,
    /// Objects one after the other.
    Stream,
    /// One array, which began in the line.
    Array {
        line: u64,
        expected: Expected,
    },
    /// The end of the array.
    End,
}

/// Next token of an array.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    ObjectOrEnd,
    CommaOrEnd,
    Object,
}

impl<'n, R> Objects<'n, R> {
    /// `name` is for messages.
    pub const fn new(name: &'n str, reader: R) -> Self {
        Self {
            name,
            reader,
            buffer: Vec::new(),
            start: 0,
            line: 1,
            column: 0,
            layout: Layout::Unknown,
            is_line: false,
        }
    }

    /// Returns the line on which the current object begins, from 1.
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// Returns the rest of the line from the current object on, unless something else came before
    /// in the line, or the object is in an array.
    pub fn rest_of_line(&self) -> Option<&[u8]> {
        let is_candidate = self.is_line && matches!(self.layout, Layout::Stream);
        is_candidate.then(|| &self.buffer[self.start..])
    }

    /// Skips the rest of the line.
    pub fn skip_line(&mut self) {
        self.line += u64::from(self.buffer.ends_with(b"\n"));
        self.column = 0;
        self.start = self.buffer.len();
        self.is_line = false;
    }

    /// Returns the bytes of the current object, which has this length.
    pub fn bytes(&self, length: usize) -> &[u8] {
        &self.buffer[self.start..self.start + length]
    }

    /// Skips the next bytes.
    pub fn skip(&mut self, length: usize) {
        let skipped = &self.buffer[self.start..self.start + length];
        (self.line, self.column) = place(skipped, (self.line, self.column));
        self.start += length;
        self.is_line = false;
    }

    /// Returns an error of the current object at an offset.
    pub fn fault(&self, offset: usize, cause: &str) -> DataError {
        let (line, column) = place(self.bytes(offset), (self.line, self.column));
        let at = if line == self.line {
            format!("at column {}", column + 1)
        } else {
            format!("at line {line}, column {}", column + 1)
        };
        self.malformed(format!("{cause}, {at}"))
    }

    fn malformed(&self, cause: String) -> DataError {
        DataError::Malformed {
            file: self.name.to_owned(),
            location: format!("line {}", self.line),
            cause,
        }
    }
}

impl<R: BufRead> Objects<'_, R> {
    /// Moves to the next object; false at the end.
    pub fn advance(&mut self) -> Result<bool, DataError> {
        loop {
            let Some(byte) = self.skip_whitespace()? else {
                return self.end().map(|()| false);
            };

            match (self.layout, byte) {
                (Layout::Unknown, b'{') => self.layout = Layout::Stream,
                (Layout::Unknown, b'[') => {
                    let (line, expected) = (self.line, Expected::ObjectOrEnd);
                    self.layout = Layout::Array { line, expected };
                    self.skip(1);
                }
                (Layout::Stream, b'{') => return Ok(true),
                (Layout::Array { line, expected }, _) => {
                    if self.advance_in_array(byte, line, expected)? {
                        return Ok(true);
                    }
                }
                _ => return Err(self.unexpected(byte)),
            }
        }
    }

    /// Takes the next byte of an array and returns whether it begins an object.
    fn advance_in_array(
        &mut self,
        byte: u8,
        line: u64,
        expected: Expected,
    ) -> Result<bool, DataError> {
        let next = match (expected, byte) {
            (Expected::ObjectOrEnd | Expected::Object, b'{') => {
                let expected = Expected::CommaOrEnd;
                self.layout = Layout::Array { line, expected };
                return Ok(true);
            }
            (Expected::CommaOrEnd, b',') => Layout::Array {
                line,
                expected: Expected::Object,
            },
            (Expected::ObjectOrEnd | Expected::CommaOrEnd, b']') => Layout::End,
            (Expected::Object, b']') => {
                let cause = "a comma before the `]` that closes the array: remove it";
                return Err(self.malformed(cause.to_owned()));
            }
            (Expected::CommaOrEnd, b'{') => {
                let cause = "a comma is missing before this object of the array";
                return Err(self.malformed(cause.to_owned()));
            }
            _ => return Err(self.unexpected(byte)),
        };

        self.layout = next;
        self.skip(1);
        Ok(false)
    }

    /// Returns the length of the current object.
    pub fn measure(&mut self) -> Result<usize, DataError> {
        let mut extent = Extent::default();
        let mut scanned = 0;
        loop {
            match extent.push(&self.buffer[self.start + scanned..]) {
                Ok(Some(end)) => return Ok(scanned + end),
                Ok(None) => scanned = self.buffer.len() - self.start,
                Err((offset, cause)) => return Err(self.fault(scanned + offset, &cause)),
            }

            if !self.read_more()? {
                let line = self.line;
                return Err(self.malformed(format!(
                    "the object that begins in line {line} is not closed; the file may be truncated"
                )));
            }
        }
    }

    /// Skips whitespace and returns the byte after it; none at the end of the file.
    fn skip_whitespace(&mut self) -> Result<Option<u8>, DataError> {
        loop {
            for index in self.start..self.buffer.len() {
                let byte = self.buffer[index];
                match byte {
                    b'\n' => {
                        self.line += 1;
                        self.column = 0;
                    }
                    b' ' | b'\t' | b'\r' => self.column += 1,
                    _ => {
                        self.start = index;
                        return Ok(Some(byte));
                    }
                }
            }

            self.start = self.buffer.len();
            if !self.read_more()? {
                return Ok(None);
            }
        }
    }

    /// Reads the next line, or a part of a long one; false at the end of the file.
    fn read_more(&mut self) -> Result<bool, DataError> {
        let is_first = self.buffer.is_empty() && self.line == 1;
        self.buffer.drain(..self.start);
        self.start = 0;
        self.is_line = self.buffer.is_empty();

        let length = self
            .reader
            .by_ref()
            .take(CHUNK_BYTES)
            .read_until(b'\n', &mut self.buffer)
            .map_err(DataError::file("read", self.name))?;
        if is_first && self.buffer.starts_with(BYTE_ORDER_MARK) {
            self.start = BYTE_ORDER_MARK.len();
        }
        Ok(length > 0)
    }

    /// Returns an error if the array is not closed at the end of the file.
    fn end(&self) -> Result<(), DataError> {
        match self.layout {
            Layout::Array { line, .. } => Err(self.malformed(format!(
                "the array that begins in line {line} is not closed; the file may be truncated"
            ))),
            _ => Ok(()),
        }
    }

    /// Returns an error for a byte that cannot come next between the objects.
    fn unexpected(&self, byte: u8) -> DataError {
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

/// Returns the line and the column behind the bytes, which begin at a line and column.
fn place(bytes: &[u8], (line, column): (u64, usize)) -> (u64, usize) {
    let is_first = |byte: &&u8| **byte & 0xc0 != 0x80;
    let lines = memchr_iter(b'\n', bytes).count() as u64;
    let last = bytes.iter().rposition(|&byte| byte == b'\n');
    let characters = |bytes: &[u8]| bytes.iter().filter(is_first).count();

    match last {
        Some(last) => (line + lines, characters(&bytes[last + 1..])),
        None => (line, column + characters(bytes)),
    }
}
