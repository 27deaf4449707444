//! Records of a CSV file with the lines on which they begin.
//!
//! The `csv` crate takes the end of the file for the end of a quote, which would lose rows, and
//! does not say where a quote opened.

use std::io::BufRead;
use std::ops::Range;

use memchr::memchr_iter;

use super::fields::Syntax;
use super::quote_error::{QuoteError, QuoteFault};
use crate::error::DataError;

/// Fields of a record.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// Line on which the record begins, from 1.
    pub line: u64,
    /// Its bytes in the input, without the line break.
    pub range: Range<usize>,
    text: String,
    /// End of each field in the text.
    ends: Vec<usize>,
}

impl Record {
    /// Returns the number of fields.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns whether there is no field, as before the first record.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns a field by its index.
    ///
    /// # Panics
    ///
    /// When there are no more than `index` fields.
    #[must_use]
    pub fn field(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..self.ends[index]]
    }

    /// Returns the fields in order.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.field(index))
    }

    /// Returns whether the fields are those of the other record, also after a byte order mark.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        let text = self.text.strip_prefix('\u{feff}').unwrap_or(&self.text);
        text == other.text && self.len() == other.len()
    }

    fn clear(&mut self, line: u64) {
        self.line = line;
        self.text.clear();
        self.ends.clear();
    }

    fn end_field(&mut self) {
        self.ends.push(self.text.len());
    }
}

/// Reader of records from UTF-8 text, one line of the file after the other.
pub struct Records<'n, R> {
    input: R,
    name: &'n str,
    syntax: Syntax,
    /// Current line with its end; a file of lone carriage returns is one line.
    buffer: String,
    /// Length of the lines before the current one.
    consumed: usize,
    /// Offset of the next unread byte of the buffer.
    at: usize,
    /// Number of the line of the file in which the next byte is, from 1.
    line: u64,
}

impl<'n, R: BufRead> Records<'n, R> {
    /// Reads from `input`, before which `skipped` lines of the file were read.
    pub(super) const fn with_syntax(input: R, name: &'n str, syntax: Syntax, skipped: u64) -> Self {
        Self {
            input,
            name,
            syntax,
            buffer: String::new(),
            consumed: 0,
            at: 0,
            line: skipped,
        }
    }

    /// Reads the next record and returns whether there is one; empty lines are skipped.
    ///
    /// # Errors
    ///
    /// When the input cannot be read, or a quote is never closed or closed by text.
    pub fn read(&mut self, record: &mut Record) -> Result<bool, DataError> {
        loop {
            if self.at == self.buffer.len() && !self.next_line()? {
                return Ok(false);
            }
            if !self.end_line() {
                break;
            }
        }

        record.clear(self.line);
        record.range.start = self.consumed + self.at;
        loop {
            if self.rest().first() == Some(&self.syntax.quote) {
                self.read_quoted(record)?;
            } else {
                self.read_unquoted(record);
            }
            record.end_field();

            if self.rest().first() != Some(&self.syntax.delimiter) {
                record.range.end = self.consumed + self.at;
                self.end_line();
                return Ok(true);
            }
            self.at += 1;
        }
    }

    fn rest(&self) -> &[u8] {
        &self.buffer.as_bytes()[self.at..]
    }

    /// Reads the next line of the file into the buffer and returns whether there is one.
    fn next_line(&mut self) -> Result<bool, DataError> {
        self.consumed += self.buffer.len();
        self.buffer.clear();
        self.at = 0;
        let length = self
            .input
            .read_line(&mut self.buffer)
            .map_err(DataError::file("read", self.name))?;
        self.line += u64::from(length > 0);
        Ok(length > 0)
    }

    /// Moves behind the line end at the next byte, if there is one; returns whether there is.
    fn end_line(&mut self) -> bool {
        let length = match self.rest() {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return false,
        };
        self.at += length;

        // The last byte ends the line that is counted with the next one.
        let is_within = self.at < self.buffer.len();
        self.line += u64::from(is_within);
        true
    }

    fn read_unquoted(&mut self, record: &mut Record) {
        loop {
            let end = self.at + self.syntax.field_end(self.rest());
            let text = &self.buffer[self.at..end];
            let rest = self.rest();
            let escaped = self.syntax.escape.and_then(|escape| {
                memchr_iter(escape, text.as_bytes())
                    .find(|&offset| self.syntax.escapes(&rest[offset..], false))
            });

            let Some(offset) = escaped else {
                record.text.push_str(text);
                self.at = end;
                return;
            };
            record.text.push_str(&text[..offset]);
            self.push_escaped(offset, record);
        }
    }

    /// Appends the character after the escape that is `offset` bytes ahead.
    fn push_escaped(&mut self, offset: usize, record: &mut Record) {
        let character = self.at + offset + 1;
        record
            .text
            .push(char::from(self.buffer.as_bytes()[character]));
        self.at = character + 1;
    }

    /// Reads a field that begins with a quote.
    ///
    /// Text behind its closing quote belongs to the field, as in most readers, unless the quotes
    /// are then likely to be other ones than the writer's.
    fn read_quoted(&mut self, record: &mut Record) -> Result<(), DataError> {
        let (opened, start) = (self.line, record.text.len());
        self.at += 1;

        loop {
            let length = self.syntax.quoted_end(self.rest());
            record
                .text
                .push_str(&self.buffer[self.at..self.at + length]);
            self.at += length;

            match *self.rest() {
                [] => {
                    if !self.next_line()? {
                        return Err(self.quote_error(QuoteFault::Unclosed, opened, record, start));
                    }
                }
                _ if self.syntax.escapes(self.rest(), true) => self.push_escaped(0, record),
                [first, next, ..] if first == self.syntax.quote && next == first => {
                    record.text.push(char::from(first));
                    self.at += 2;
                }
                [first, ..] if first == self.syntax.quote => {
                    self.at += 1;
                    break;
                }
                [first, ..] => {
                    record.text.push(char::from(first));
                    self.at += 1;
                }
            }
        }

        self.read_tail(opened, record, start)
    }

    /// Reads what follows the closing quote of a field up to its delimiter.
    fn read_tail(
        &mut self,
        opened: u64,
        record: &mut Record,
        start: usize,
    ) -> Result<(), DataError> {
        let length = self.syntax.field_end(self.rest());
        let tail = &self.buffer[self.at..self.at + length];
        if !tail.trim_ascii().is_empty() {
            if self.syntax.escape.is_none() && record.text[start..].ends_with('\\') {
                return Err(self.quote_error(QuoteFault::Backslash, opened, record, start));
            }
            if self.line > opened {
                return Err(self.quote_error(QuoteFault::Text, opened, record, start));
            }
        }

        record.text.push_str(tail);
        self.at += length;
        Ok(())
    }

    fn quote_error(
        &self,
        fault: QuoteFault,
        opened: u64,
        record: &Record,
        start: usize,
    ) -> DataError {
        let has_backslash = self.syntax.escape.is_none() && record.text[start..].contains("\\\"");
        QuoteError {
            fault,
            opened,
            line: self.line,
            quote: char::from(self.syntax.quote),
            may_be_escaped: has_backslash,
        }
        .in_record(self.name, record.line)
    }
}
