//! Blocks of whole lines.

use std::fs::File;
use std::io::{self, Read as _};

use anyhow::anyhow;

use crate::progress::Step;

/// Bytes of one read.
const READ_BYTES: usize = 256 << 10;

/// Reads a file in blocks of whole lines.
pub struct Lines {
    input: File,
    min_bytes: usize,
    step: Step,
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
    /// as soon as they are written.
    pub const fn new(input: File, min_bytes: usize, step: Step) -> Self {
        Self {
            input,
            min_bytes,
            step,
            tail: Vec::new(),
            has_ended: false,
        }
    }

    /// Reads the next lines into the block, and returns whether there were any.
    pub fn read(&mut self, block: &mut Block) -> io::Result<bool> {
        block.length = 0;
        block.push(&self.tail);
        self.tail.clear();

        let mut line_end = None;
        while !self.has_ended {
            let start = block.length;
            block.length += self.read_once(block)?;
            // A terminal may give more after it reports its end.
            self.has_ended = block.length == start;

            let read = &block.bytes[start..block.length];
            line_end = read
                .iter()
                .rposition(|&byte| byte == b'\n')
                .map(|offset| start + offset + 1)
                .or(line_end);
            if let Some(end) = line_end.filter(|_| block.length >= self.min_bytes) {
                self.tail.extend_from_slice(&block.bytes[end..block.length]);
                block.length = end;
                break;
            }
        }
        Ok(block.length > 0)
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

impl Block {
    /// Returns the lines without their line breaks (`\n` or `\r\n`), up to the first that is not UTF-8, and the error for that
    /// one.
    pub fn texts(&self) -> (Vec<&str>, Option<anyhow::Error>) {
        let bytes = &self.bytes[..self.length];
        match str::from_utf8(bytes) {
            Ok(text) => (text.lines().collect(), None),
            Err(error) => {
                let valid =
                    str::from_utf8(&bytes[..error.valid_up_to()]).expect("it is valid up to here");

                let whole = valid.rfind('\n').map_or("", |end| &valid[..=end]);
                (
                    whole.lines().collect(),
                    Some(anyhow!(
                        "it is not UTF-8: convert the texts, as `iconv -f WINDOWS-1252 -t UTF-8` does"
                    )),
                )
            }
        }
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
