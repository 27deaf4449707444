//! Base64 text: decoded with the line of an error, encoded in lines of 76 characters.

use std::io::{self, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::context::Context;
use super::database::DatabaseWriter;
use crate::error::DataError;

/// Base64 characters per decoded chunk; a multiple of four.
const CHUNK_SYMBOLS: usize = 1 << 16;

/// Bytes that a line of 76 characters encodes.
const LINE_BYTES: usize = 57;

/// Lines per encoded chunk.
const CHUNK_LINES: usize = 512;

/// Incremental decoder.
pub(super) struct Base64Decoder<'a> {
    context: Context<'a>,
    database: DatabaseWriter<'a>,
    symbols: Vec<u8>,
    decoded: Vec<u8>,
    padded: bool,
    line: u64,
    offset: u64,
    last_symbol: (u64, u64),
}

impl<'a> Base64Decoder<'a> {
    pub fn new(context: Context<'a>, database: DatabaseWriter<'a>) -> Self {
        Self {
            context,
            database,
            symbols: Vec::with_capacity(CHUNK_SYMBOLS),
            decoded: vec![0; CHUNK_SYMBOLS / 4 * 3],
            padded: false,
            line: 1,
            offset: 0,
            last_symbol: (1, 0),
        }
    }

    /// Decodes the next bytes of the text; whitespace is skipped.
    pub fn push(&mut self, text: &[u8]) -> Result<(), DataError> {
        for &byte in text {
            match byte {
                b'\n' => self.line += 1,
                b'\r' | b' ' | b'\t' => {}
                b'=' => {
                    self.padded = true;
                    self.push_symbol(byte)?;
                }
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if !self.padded => {
                    self.push_symbol(byte)?;
                }
                _ => return Err(self.unexpected(byte)),
            }
            self.offset += 1;
        }

        Ok(())
    }

    /// Decodes the remaining characters and returns the database's length in bytes.
    pub fn finish(mut self) -> Result<u64, DataError> {
        if !self.symbols.len().is_multiple_of(4) {
            let cause = "the text ends inside a group of four characters".to_owned();
            return Err(self.error_at_last_symbol(cause));
        }

        self.decode_symbols()?;
        self.database.finish()
    }

    fn push_symbol(&mut self, symbol: u8) -> Result<(), DataError> {
        self.symbols.push(symbol);
        self.last_symbol = (self.line, self.offset);
        if self.symbols.len() == CHUNK_SYMBOLS {
            self.decode_symbols()?;
        }
        Ok(())
    }

    fn decode_symbols(&mut self) -> Result<(), DataError> {
        // Each character was checked, so only the padding can be wrong.
        let length = STANDARD
            .decode_slice(&self.symbols, &mut self.decoded)
            .map_err(|_| self.error_at_last_symbol("wrong padding".to_owned()))?;

        self.symbols.clear();
        self.database.write(&self.decoded[..length])
    }

    fn unexpected(&self, byte: u8) -> DataError {
        let position = if self.padded {
            " after the padding"
        } else {
            ""
        };
        let cause = format!("unexpected `{}`{position}", byte.escape_ascii());
        self.context.base64(self.line, self.offset, cause)
    }

    fn error_at_last_symbol(&self, cause: String) -> DataError {
        let (line, offset) = self.last_symbol;
        self.context.base64(line, offset, cause)
    }
}

/// Returns the length of the wrapped text of `bytes` bytes, including line breaks.
pub(super) const fn wrapped_length(bytes: u64) -> u64 {
    let line = LINE_BYTES as u64;
    let rest = bytes % line;
    let last = if rest == 0 {
        0
    } else {
        rest.div_ceil(3) * 4 + 1
    };
    bytes / line * (line / 3 * 4 + 1) + last
}

/// Reader of bytes as base64 text in lines of 76 characters, each with a line feed.
pub(super) struct WrappedBase64<R> {
    bytes: R,
    text: Vec<u8>,
    /// Number of bytes of `text` that were read.
    given: usize,
}

impl<R: Read> WrappedBase64<R> {
    pub const fn new(bytes: R) -> Self {
        Self {
            bytes,
            text: Vec::new(),
            given: 0,
        }
    }

    fn encode_lines(&mut self) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(LINE_BYTES * CHUNK_LINES);
        self.bytes
            .by_ref()
            .take((LINE_BYTES * CHUNK_LINES) as u64)
            .read_to_end(&mut bytes)?;

        let mut line = String::with_capacity(LINE_BYTES / 3 * 4 + 1);
        self.text.clear();
        self.given = 0;
        for part in bytes.chunks(LINE_BYTES) {
            line.clear();
            STANDARD.encode_string(part, &mut line);
            line.push('\n');
            self.text.extend_from_slice(line.as_bytes());
        }
        Ok(())
    }
}

impl<R: Read> Read for WrappedBase64<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            self.encode_lines()?;
        }

        let length = (&self.text[self.given..]).read(buffer)?;
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_text_has_lines_of_76_characters_and_the_computed_length() {
        for bytes in [
            0,
            1,
            2,
            3,
            56,
            57,
            58,
            114,
            LINE_BYTES * CHUNK_LINES,
            LINE_BYTES * CHUNK_LINES + 1,
        ] {
            let mut text = String::new();
            WrappedBase64::new(&*vec![7_u8; bytes])
                .read_to_string(&mut text)
                .unwrap();
            assert_eq!(text.len() as u64, wrapped_length(bytes as u64), "{bytes}");
            assert!(text.is_empty() || text.ends_with('\n'), "{bytes}");
            let lines: Vec<_> = text.lines().map(str::len).collect();
            assert!(lines.iter().rev().skip(1).all(|&length| length == 76));
            assert!(lines.last().is_none_or(|&length| length <= 76));
        }
    }
}
