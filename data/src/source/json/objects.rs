//! Search for the objects of a file, which is a stream of them or one array.

use std::io::{BufRead, Read as _};

use serde::Deserialize;

use super::extent::Extent;
use super::message;
use super::position::position;
use crate::error::DataError;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Number of the first objects, of which one has each column: a wrong name ends a long file or a stream.
pub const SEARCHED_OBJECTS: u64 = 10_000;

/// Maximum number of bytes that are read at once: a line, or a part of a longer one.
const CHUNK_BYTES: u64 = 1 << 20;

/// Reader that stops at each object of a file.
#[derive(Debug)]
pub struct Objects<R> {
    pub(super) name: String,
    reader: R,
    pub(super) buffer: Vec<u8>,
    /// Offset of the current byte in the buffer.
    pub(super) start: usize,
    /// Line of the current byte, from 1.
    pub(super) line: u64,
    /// Characters before the current byte in its line.
    pub(super) column: usize,
    pub(super) layout: Layout,
    /// Whether the buffer holds one line from its beginning, of which only whitespace was skipped.
    is_line: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Layout {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    ObjectOrEnd,
    CommaOrEnd,
    Object,
}

impl<R> Objects<R> {
    /// Reads from a line of the file on; `name` is for messages.
    pub fn new(name: &str, reader: R, line: u64) -> Self {
        Self {
            name: name.to_owned(),
            reader,
            buffer: Vec::new(),
            start: 0,
            line,
            column: 0,
            layout: Layout::Unknown,
            is_line: false,
        }
    }

    /// Returns the line on which the current object begins, from 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// Returns the rest of the line from the current object on, unless something else came before
    /// in the line, or the object is in an array.
    #[cfg(feature = "dataset")]
    pub(super) fn rest_of_line(&self) -> Option<&[u8]> {
        let is_candidate = self.is_line && matches!(self.layout, Layout::Stream);
        is_candidate.then(|| &self.buffer[self.start..])
    }

    /// Skips the rest of the line.
    #[cfg(feature = "dataset")]
    pub(super) fn skip_line(&mut self) {
        self.line += u64::from(self.buffer.ends_with(b"\n"));
        self.column = 0;
        self.start = self.buffer.len();
        self.is_line = false;
    }

    /// Returns the bytes of the current object, which has this length.
    pub(super) fn bytes(&self, length: usize) -> &[u8] {
        &self.buffer[self.start..self.start + length]
    }

    /// Returns the text of the current object, which has this length.
    pub(super) fn text(&self, length: usize) -> Result<&str, DataError> {
        let bytes = self.bytes(length);
        str::from_utf8(bytes).map_err(|error| {
            let at = error.valid_up_to();
            self.fault(at, &message::not_utf8(bytes[at]))
        })
    }

    /// Parses the text of the current object.
    pub(super) fn parse<'t, T: Deserialize<'t>>(&self, text: &'t str) -> Result<T, DataError> {
        serde_json::from_str(text).map_err(|error| {
            let offset = message::offset(text, &error);
            self.fault(offset, &message::cause(&error, &text[offset..]))
        })
    }

    /// Skips the next bytes.
    pub(super) fn skip(&mut self, length: usize) {
        let skipped = &self.buffer[self.start..self.start + length];
        (self.line, self.column) = position(skipped, (self.line, self.column));
        self.start += length;
        self.is_line = false;
    }
}

impl<R: BufRead> Objects<R> {
    /// Moves to the next object; false at the end.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or something else than an object comes next.
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
    pub(super) fn measure(&mut self) -> Result<usize, DataError> {
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
            .map_err(DataError::file("read", &self.name))?;
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
}
