//! Blocks of whole lines.

use std::fs::File;
use std::io::{self, Read as _};
use std::sync::Arc;

use super::encoding::{BOM, not_utf_8};
use super::rows::{self, Input, Rows};
use crate::progress::Step;

/// Bytes of one read.
const READ_BYTES: usize = 256 << 10;

/// Reads a file in blocks of whole lines.
pub struct Lines {
    input: File,
    min_bytes: usize,
    step: Step,
    /// Name of the file in commands.
    name: Arc<str>,
    /// Bytes of the next block's first line that were read already.
    tail: Vec<u8>,
    has_ended: bool,
}

/// Whole lines, in memory that the next block uses again.
#[derive(Debug, Default)]
pub struct Block {
    bytes: Vec<u8>,
    length: usize,
    /// Name of the file in commands.
    name: Arc<str>,
}

impl Lines {
    /// A block has at least `min_bytes` unless the file ends; with 0 it is the result of one read, so that lines are scored
    /// as soon as they are written.
    pub const fn new(input: File, min_bytes: usize, step: Step, name: Arc<str>) -> Self {
        Self {
            input,
            min_bytes,
            step,
            name,
            tail: Vec::new(),
            has_ended: false,
        }
    }

    /// Reads the first bytes, checks them, and keeps them for the first block, without a byte order mark.
    pub fn check_start(
        &mut self,
        check: impl FnOnce(&[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut block = Block::default();
        block.length = self.read_once(&mut block)?;
        self.has_ended = block.length == 0;

        let start = &block.bytes[..block.length];
        check(start)?;
        self.tail
            .extend_from_slice(start.strip_prefix(BOM).unwrap_or(start));
        Ok(())
    }

    fn read_lines(&mut self, block: &mut Block) -> io::Result<bool> {
        block.length = 0;
        block.name = Arc::clone(&self.name);
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
    fn read_once(&mut self, block: &mut Block) -> io::Result<usize> {
        loop {
            match self.input.read(block.room(READ_BYTES)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read.inspect(|&bytes| self.step.add_bytes(bytes)),
            }
        }
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

    /// Returns the lines without their line breaks (`\n` or `\r\n`), up to the first that is not UTF-8, and the error for that
    /// one.
    fn rows(&self) -> (Vec<&str>, Option<anyhow::Error>) {
        let bytes = &self.bytes[..self.length];
        match str::from_utf8(bytes) {
            Ok(text) => (text.lines().collect(), None),
            Err(error) => {
                let valid =
                    str::from_utf8(&bytes[..error.valid_up_to()]).expect("it is valid up to here");

                let whole = valid.rfind('\n').map_or("", |end| &valid[..=end]);
                (whole.lines().collect(), Some(not_utf_8(&self.name)))
            }
        }
    }

    fn locate(error: anyhow::Error, rows: u64) -> anyhow::Error {
        error.context(format!("line {} cannot be read", rows + 1))
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
