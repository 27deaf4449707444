//! Blocks of whole lines.

use std::io::Read;

use relevance_data::DataError;

use super::input::read_once;
use super::rows::{self, Input, Rows};

/// Bytes of one read.
const READ_BYTES: usize = 256 << 10;

/// Reads a file in blocks of whole lines.
pub struct Lines {
    input: Box<dyn Read + Send>,
    min_bytes: usize,
    /// Name of the file in messages.
    name: String,
    /// Bytes of the next block's first line that were read already.
    tail: Vec<u8>,
    has_ended: bool,
}

/// Whole lines, in memory that the next block uses again.
#[derive(Debug, Default)]
pub struct Block {
    bytes: Vec<u8>,
    length: usize,
}

impl Lines {
    /// A block has at least `min_bytes` unless the file ends; with 0 it is the result of one read, so that lines are scored
    /// as soon as they are written. The input is UTF-8.
    pub const fn new(input: Box<dyn Read + Send>, min_bytes: usize, name: String) -> Self {
        Self {
            input,
            min_bytes,
            name,
            tail: Vec::new(),
            has_ended: false,
        }
    }

    /// Reads the first line, or the beginning of a long one, checks what was read, and keeps it for the first block.
    pub fn check_start(
        &mut self,
        check: impl FnOnce(&[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut block = Block::default();
        while !self.has_ended && block.length < READ_BYTES && block.last_line_end(0).is_none() {
            let start = block.length;
            block.length += self.read_once(&mut block)?;
            self.has_ended = block.length == start;
        }

        let start = &block.bytes[..block.length];
        check(start)?;
        self.tail.extend_from_slice(start);
        Ok(())
    }

    fn read_lines(&mut self, block: &mut Block) -> Result<bool, DataError> {
        block.length = 0;
        block.push(&self.tail);
        self.tail.clear();

        let mut line_end = block.last_line_end(0);
        if let Some(end) = line_end.filter(|_| block.length >= self.min_bytes) {
            self.keep_tail(block, end);
            return Ok(true);
        }
        while !self.has_ended {
            let start = block.length;
            block.length += self.read_once(block)?;
            // A terminal may give more after it reports its end.
            self.has_ended = block.length == start;

            line_end = block.last_line_end(start).or(line_end);
            if let Some(end) = line_end.filter(|_| block.length >= self.min_bytes) {
                self.keep_tail(block, end);
                break;
            }
        }
        Ok(block.length > 0)
    }

    /// Ends the block at `end`, and keeps the bytes after it for the next one.
    fn keep_tail(&mut self, block: &mut Block, end: usize) {
        self.tail.extend_from_slice(&block.bytes[end..block.length]);
        block.length = end;
    }

    /// Appends the result of one read to the block, at least a byte unless the file ends.
    fn read_once(&mut self, block: &mut Block) -> Result<usize, DataError> {
        read_once(&mut self.input, block.room(READ_BYTES), &self.name)
    }
}

impl Input for Lines {
    type Block = Block;

    fn read(&mut self, block: &mut Block) -> anyhow::Result<bool> {
        Ok(self.read_lines(block)?)
    }
}

impl Rows for Vec<&str> {
    fn count(&self) -> usize {
        self.len()
    }

    fn texts(&self) -> Vec<&str> {
        self.clone()
    }
}

impl rows::Block for Block {
    type Rows<'a> = Vec<&'a str>;

    /// Returns the lines without their line breaks (`\n` or `\r\n`).
    fn rows(&self) -> (Vec<&str>, Option<anyhow::Error>) {
        let text = str::from_utf8(&self.bytes[..self.length])
            .expect("the input is UTF-8, and a block ends behind a line or at the end");
        (text.lines().collect(), None)
    }
}

impl Block {
    /// The end of the last line that ends at `start` or later.
    fn last_line_end(&self, start: usize) -> Option<usize> {
        let bytes = &self.bytes[start..self.length];
        let offset = bytes.iter().rposition(|&byte| byte == b'\n')?;
        Some(start + offset + 1)
    }

    fn push(&mut self, bytes: &[u8]) {
        self.room(bytes.len())[..bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
    }

    /// At least `size` bytes of room after the end.
    fn room(&mut self, size: usize) -> &mut [u8] {
        if self.bytes.len() < self.length + size {
            self.bytes.resize(self.length + size, 0);
        }
        &mut self.bytes[self.length..]
    }
}
