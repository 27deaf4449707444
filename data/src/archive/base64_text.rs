//! Base64 text, wrapped or not: read with the line of every fault, written in lines of 76 characters.

use std::io::{self, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::context::Place;
use super::database::DatabaseWriter;
use crate::error::DataError;

/// Base64 characters that are decoded at once; a multiple of four.
const CHUNK_SYMBOLS: usize = 1 << 16;

/// Bytes that one line of 76 characters carries.
const LINE_BYTES: usize = 57;

/// Lines that are encoded at once.
const CHUNK_LINES: usize = 512;

/// Decodes text that comes piece by piece.
pub(super) struct Base64Decoder<'a> {
    place: Place<'a>,
    database: DatabaseWriter<'a>,
    symbols: Vec<u8>,
    decoded: Vec<u8>,
    padded: bool,
    line: u64,
    offset: u64,
    last_symbol: (u64, u64),
}

impl<'a> Base64Decoder<'a> {
    pub fn new(place: Place<'a>, database: DatabaseWriter<'a>) -> Self {
        Self {
            place,
            database,
            symbols: Vec::with_capacity(CHUNK_SYMBOLS),
            decoded: vec![0; CHUNK_SYMBOLS / 4 * 3],
            padded: false,
            line: 1,
            offset: 0,
            last_symbol: (1, 0),
        }
    }

    /// Takes the next bytes of the text; line breaks (LF, CRLF) count for nothing.
    pub fn push(&mut self, text: &[u8]) -> Result<(), DataError> {
        for &byte in text {
            match byte {
                b'\n' => self.line += 1,
                b'\r' => {}
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

    /// Decodes what is left; gives the database's length in bytes.
    pub fn finish(mut self) -> Result<u64, DataError> {
        if !self.symbols.len().is_multiple_of(4) {
            let cause = "the text ends inside a group of four characters".to_owned();
            return Err(self.fault_at_last_symbol(cause));
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
        // The characters were checked one by one: what is left to fail is the padding.
        let length = STANDARD
            .decode_slice(&self.symbols, &mut self.decoded)
            .map_err(|_| self.fault_at_last_symbol("wrong padding".to_owned()))?;
        self.symbols.clear();
        self.database.write(&self.decoded[..length])
    }

    fn unexpected(&self, byte: u8) -> DataError {
        let place = if self.padded {
            " after the padding"
        } else {
            ""
        };
        let cause = format!("unexpected `{}`{place}", byte.escape_ascii());
        self.place.base64(self.line, self.offset, cause)
    }

    fn fault_at_last_symbol(&self, cause: String) -> DataError {
        let (line, offset) = self.last_symbol;
        self.place.base64(line, offset, cause)
    }
}

/// Length of the wrapped text of `bytes` bytes, line breaks included.
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

/// Reads bytes as base64 text in lines of 76 characters, each ended by a line feed.
pub(super) struct WrappedBase64<R> {
    bytes: R,
    text: Vec<u8>,
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
    fn wrapped_text_has_lines_of_76_characters_and_the_length_foretold() {
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
