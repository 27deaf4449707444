//! Blocks of whole records of a text, CSV or JSON.

use std::cell::OnceCell;
use std::io::{BufReader, Cursor, Read};
use std::sync::Arc;

use memchr::{memchr_iter, memrchr, memrchr_iter};
use relevance_data::table::{ObjectLines, Objects, RecordEnds};
use serde::de::IgnoredAny;

use super::super::input::read_once;

/// Bytes of one read.
const READ_BYTES: usize = 256 << 10;
/// Maximum size of a record.
const MAX_RECORD_BYTES: usize = 256 << 20;

/// A text that is read in blocks.
pub enum TextInput {
    Records(TextReader),
    /// Objects of an array, which are found one after the other.
    Objects(Objects<BufReader<Box<dyn Read + Send>>>),
}

/// Reads a text in blocks of whole records.
pub struct TextReader {
    input: Box<dyn Read + Send>,
    /// Name of the file in messages.
    name: Arc<str>,
    ends: BlockEnds,
    /// Minimum size of a block, unless the file ends.
    min_bytes: usize,
    /// Bytes that were read and belong to the next block.
    tail: Vec<u8>,
    /// Number of the line where the next block begins.
    next_line: u64,
    has_ended: bool,
}

/// Places at which a block may end.
#[derive(Clone, Debug)]
enum BlockEnds {
    /// Behind a line break between two objects.
    Objects,
    /// Behind a record of CSV.
    Records(RecordEnds),
}

/// Whole records.
#[derive(Debug, Default)]
pub struct TextBlock {
    bytes: Vec<u8>,
    /// Number of the line where it begins.
    pub first_line: u64,
    /// Objects that are not one per line in the file, or not in plain JSON.
    pub objects: OnceCell<ObjectLines>,
}

impl TextInput {
    /// Reads the next records into the block, and returns whether there were any.
    pub fn read(&mut self, block: &mut TextBlock) -> anyhow::Result<bool> {
        block.bytes.clear();
        block.objects.take();
        match self {
            Self::Records(reader) => reader.read(block),
            Self::Objects(objects) => {
                let mut lines = ObjectLines::default();
                let has_any = lines.read(objects, READ_BYTES)?;
                block.objects.get_or_init(|| lines);
                Ok(has_any)
            }
        }
    }
}

impl TextReader {
    /// `input` is UTF-8.
    pub fn new(input: Box<dyn Read + Send>, name: Arc<str>, min_bytes: usize) -> Self {
        Self {
            input,
            name,
            ends: BlockEnds::Objects,
            min_bytes,
            tail: Vec::new(),
            next_line: 1,
            has_ended: false,
        }
    }

    /// Reads until there are enough bytes, or so many, or all, and returns those that were read.
    pub fn peek_until(
        &mut self,
        bytes: usize,
        are_enough: impl Fn(&[u8]) -> bool,
    ) -> anyhow::Result<&[u8]> {
        while self.tail.len() < bytes && !self.has_ended && !are_enough(&self.tail) {
            self.read_into_tail()?;
        }
        Ok(&self.tail)
    }

    /// Reads the next record that is not empty, and returns it with its line break and all empty lines before; it stays in
    /// the text.
    pub fn peek_record(&mut self, mut ends: RecordEnds) -> anyhow::Result<&[u8]> {
        let (mut taken, mut start, mut end) = (0, 0, None);
        while end.is_none() {
            end = ends.first(&self.tail, taken, &mut start);
            taken = self.tail.len();
            if self.has_ended || taken > MAX_RECORD_BYTES {
                break;
            }
            // A line feed may follow a carriage return.
            if end.is_none() || (end == Some(taken) && self.tail.ends_with(b"\r")) {
                self.read_into_tail()?;
            }
        }

        let end = end.unwrap_or(taken);
        // The line feed after a carriage return belongs to the record.
        let has_more = self.tail[..end].ends_with(b"\r") && self.tail[end..].starts_with(b"\n");
        Ok(&self.tail[..end + usize::from(has_more)])
    }

    /// Leaves out the first bytes that were read.
    pub fn skip(&mut self, bytes: usize) {
        self.next_line += line_feeds(&self.tail[..bytes]);
        self.tail.drain(..bytes);
    }

    /// Number of the line where the text begins that was not left out.
    pub const fn next_line(&self) -> u64 {
        self.next_line
    }

    /// The text as records of CSV.
    pub fn into_records(mut self, ends: RecordEnds) -> TextInput {
        self.ends = BlockEnds::Records(ends);
        TextInput::Records(self)
    }

    /// The text as objects: one after the other, or in an array.
    pub fn into_objects(self) -> TextInput {
        if !self.tail.trim_ascii_start().starts_with(b"[") {
            return TextInput::Records(self);
        }
        let Self {
            tail,
            input,
            name,
            next_line,
            ..
        } = self;
        let input: Box<dyn Read + Send> = Box::new(Cursor::new(tail).chain(input));
        TextInput::Objects(Objects::new(&name, BufReader::new(input), next_line))
    }

    fn read(&mut self, block: &mut TextBlock) -> anyhow::Result<bool> {
        block.bytes.append(&mut self.tail);
        block.first_line = self.next_line;

        let mut ends = self.ends.clone();
        let mut end = ends.last(&block.bytes, 0);
        while !self.has_ended && (end.is_none() || block.bytes.len() < self.min_bytes) {
            let start = block.bytes.len();
            self.read_once(&mut block.bytes)?;
            end = ends.last(&block.bytes, start).or(end);
            if end.is_none() && block.bytes.len() > MAX_RECORD_BYTES {
                let (name, line, limit) = (&self.name, self.next_line, MAX_RECORD_BYTES >> 20);
                anyhow::bail!(
                    "`{name}`, line {line}: a row of more than {limit} MiB begins there; is a quote or a bracket never closed?"
                );
            }
        }

        if let (false, Some(end)) = (self.has_ended, end) {
            self.tail.extend_from_slice(&block.bytes[end..]);
            block.bytes.truncate(end);
        }
        self.next_line += line_feeds(&block.bytes);
        Ok(!block.bytes.is_empty())
    }

    fn read_into_tail(&mut self) -> anyhow::Result<()> {
        let mut tail = std::mem::take(&mut self.tail);
        self.read_once(&mut tail)?;
        self.tail = tail;
        Ok(())
    }

    fn read_once(&mut self, bytes: &mut Vec<u8>) -> anyhow::Result<()> {
        let start = bytes.len();
        bytes.resize(start + READ_BYTES, 0);
        let read = read_once(&mut self.input, &mut bytes[start..], &self.name);
        bytes.truncate(start + read.as_ref().copied().unwrap_or(0));
        self.has_ended = read? == 0;
        Ok(())
    }
}

impl BlockEnds {
    /// The last end at `start` or later, all bytes before which were taken.
    fn last(&mut self, bytes: &[u8], start: usize) -> Option<usize> {
        match self {
            Self::Records(ends) => ends.last(&bytes[start..]).map(|end| start + end),
            Self::Objects if ends_with_object(bytes) => Some(bytes.len()),
            Self::Objects => last_between_objects(bytes, start),
        }
    }
}

/// The end of the last line break, not before `start` and the whitespace there, that is between two objects.
///
/// In JSON a `}` is followed by a `{` only between objects of the file: within one a comma is between them, and a string has
/// no line break.
fn last_between_objects(bytes: &[u8], start: usize) -> Option<usize> {
    let first = bytes[..start].trim_ascii_end().len();
    memrchr_iter(b'\n', &bytes[first..])
        .map(|offset| first + offset)
        .find(|&at| {
            bytes[..at].trim_ascii_end().ends_with(b"}")
                && bytes[at..].trim_ascii_start().starts_with(b"{")
        })
        .map(|at| at + 1)
}

/// Returns whether a block ends behind a line with an object of its own, so that it can be taken before more arrives.
fn ends_with_object(block: &[u8]) -> bool {
    let Some(lines) = block.strip_suffix(b"\n") else {
        return false;
    };
    let start = memrchr(b'\n', lines).map_or(0, |at| at + 1);
    let (before, line) = (lines[..start].trim_ascii_end(), lines[start..].trim_ascii());
    (before.is_empty() || before.ends_with(b"}"))
        && line.starts_with(b"{")
        && serde_json::from_slice::<IgnoredAny>(line).is_ok()
}

impl TextBlock {
    /// Its text.
    pub fn text(&self) -> &str {
        str::from_utf8(&self.bytes).expect("the input is UTF-8, and a block ends behind a record")
    }
}

fn line_feeds(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_ends_behind_an_object_on_a_line_of_its_own() {
        for (text, want) in [
            ("{\"a\":1}\n", true),
            ("{\"a\":1}\r\n\n {\"b\":{}} \n", true),
            ("{\"a\":1}", false),
            ("{\"a\":[\n{}\n", false),
            ("{\"a\":[{},\n{}\n", false),
            ("{\"a\":\n{\"b\":1}\n", false),
            ("{\"a\":1}\n{\"b\":\n", false),
        ] {
            assert_eq!(ends_with_object(text.as_bytes()), want, "{text:?}");
        }
    }

    #[test]
    fn blocks_of_json_end_between_objects_alone() {
        for (text, start, want) in [
            ("{\"a\":1}\n{\"a\"", 0, Some(8)),
            ("{\"a\":1}\n\n{\"a\":2}\n", 0, Some(9)),
            ("{\"a\":[{}\n,\n{}\n]}\n", 0, None),
            ("{\"a\":1}\n  {\"a\"", 9, Some(8)),
            ("{\"a\":1}\n{\"a\":2", 12, None),
        ] {
            assert_eq!(
                last_between_objects(text.as_bytes(), start),
                want,
                "{text:?}"
            );
        }
    }
}
