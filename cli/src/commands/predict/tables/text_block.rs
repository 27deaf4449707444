//! Blocks of whole records of a text file, CSV or JSON lines.

use std::io::Read;

use anyhow::anyhow;
use memchr::memchr_iter;

use super::records::Scanner;

/// Bytes of one read.
const READ_BYTES: usize = 256 << 10;
/// Maximum size of a record.
const MAX_RECORD_BYTES: usize = 256 << 20;

/// Reads a text file in blocks of whole records.
pub struct TextReader {
    input: Box<dyn Read + Send>,
    ends: RecordEnds,
    /// Minimum size of a block, unless the file ends.
    min_bytes: usize,
    /// Bytes that were read and belong to the next block.
    tail: Vec<u8>,
    /// Number of the line where the next block begins.
    next_line: u64,
    has_ended: bool,
}

/// Where records end.
#[derive(Clone, Debug)]
pub enum RecordEnds {
    /// At each line feed.
    LineFeed,
    /// Where no quote is open.
    Csv(Scanner),
}

/// Whole records.
#[derive(Debug, Default)]
pub struct TextBlock {
    bytes: Vec<u8>,
    /// Number of the line where it begins.
    pub first_line: u64,
}

impl TextReader {
    pub fn new(input: Box<dyn Read + Send>, ends: RecordEnds, min_bytes: usize) -> Self {
        Self {
            input,
            ends,
            min_bytes,
            tail: Vec::new(),
            next_line: 1,
            has_ended: false,
        }
    }

    /// Reads the next records into the block, and returns whether there were any.
    pub fn read(&mut self, block: &mut TextBlock) -> anyhow::Result<bool> {
        block.bytes.clear();
        block.bytes.append(&mut self.tail);
        block.first_line = self.next_line;

        let mut ends = self.ends.clone();
        let mut end = ends.last_end(&block.bytes, 0);
        while !self.has_ended && (end.is_none() || block.bytes.len() < self.min_bytes) {
            let start = block.bytes.len();
            self.read_once(&mut block.bytes)?;
            end = ends.last_end(&block.bytes, start).or(end);
            if end.is_none() && block.bytes.len() > MAX_RECORD_BYTES {
                return Err(anyhow!(
                    "line {}: a row of more than {} MiB begins there; is a quote never closed?",
                    self.next_line,
                    MAX_RECORD_BYTES >> 20
                ));
            }
        }

        if let (false, Some(end)) = (self.has_ended, end) {
            self.tail.extend_from_slice(&block.bytes[end..]);
            block.bytes.truncate(end);
        }
        self.next_line += line_feeds(&block.bytes);
        Ok(!block.bytes.is_empty())
    }

    /// Reads the first record that is not blank: its bytes with the line break, and all blank lines before it.
    pub fn read_first(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = std::mem::take(&mut self.tail);
        loop {
            let end = self.ends.clone().first_end(&bytes);
            if let Some(end) = end.or_else(|| self.has_ended.then_some(bytes.len())) {
                // The line feed after a carriage return belongs to the record.
                let end = end
                    + usize::from(bytes[..end].ends_with(b"\r") && bytes[end..].starts_with(b"\n"));
                self.tail = bytes.split_off(end);
                self.next_line += line_feeds(&bytes);
                return Ok(bytes);
            }
            if bytes.len() > MAX_RECORD_BYTES {
                return Err(anyhow!(
                    "line 1: the quote that opens there is never closed"
                ));
            }
            self.read_once(&mut bytes)?;
        }
    }

    /// Reads bytes until there are some for a check of the file's start, and returns all that were read.
    pub fn peek(&mut self) -> anyhow::Result<&[u8]> {
        if self.tail.is_empty() && !self.has_ended {
            let mut tail = std::mem::take(&mut self.tail);
            self.read_once(&mut tail)?;
            self.tail = tail;
        }
        Ok(&self.tail)
    }

    /// Leaves out the first bytes that were read.
    pub fn skip(&mut self, bytes: usize) {
        self.tail.drain(..bytes);
    }

    pub fn set_ends(&mut self, ends: RecordEnds) {
        self.ends = ends;
    }

    fn read_once(&mut self, bytes: &mut Vec<u8>) -> anyhow::Result<()> {
        let start = bytes.len();
        bytes.resize(start + READ_BYTES, 0);
        let read = loop {
            match self.input.read(&mut bytes[start..]) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        bytes.truncate(start + read.as_ref().copied().unwrap_or(0));
        self.has_ended = read? == 0;
        Ok(())
    }
}

impl RecordEnds {
    /// The end of the first record that is not blank.
    fn first_end(&mut self, bytes: &[u8]) -> Option<usize> {
        match self {
            Self::LineFeed => bytes
                .iter()
                .position(|&byte| byte == b'\n')
                .map(|end| end + 1),
            Self::Csv(scanner) => scanner.first_end(bytes),
        }
    }

    /// The end of the last record that ends at `start` or later, all bytes before which were taken.
    fn last_end(&mut self, bytes: &[u8], start: usize) -> Option<usize> {
        let new = &bytes[start..];
        let offset = match self {
            Self::LineFeed => new
                .iter()
                .rposition(|&byte| byte == b'\n')
                .map(|end| end + 1),
            Self::Csv(scanner) => scanner.last_end(new),
        };
        offset.map(|offset| start + offset)
    }
}

impl TextBlock {
    /// The text up to the first byte that is not UTF-8, and the number of line feeds before that byte.
    pub fn valid_text(&self) -> (&str, Option<u64>) {
        match str::from_utf8(&self.bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let valid = &self.bytes[..error.valid_up_to()];
                (str::from_utf8(valid).unwrap_or(""), Some(line_feeds(valid)))
            }
        }
    }
}

fn line_feeds(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}
