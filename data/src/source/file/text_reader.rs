//! Reader of a text as UTF-8, which fails at the first malformed byte.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_8};
use memchr::memchr_iter;

use super::encoding::{FoundEncoding, Mismatch, TextEncoding};

/// Length of the buffers, in bytes.
const BUFFER_BYTES: usize = 1 << 18;
/// Length of the longest byte order mark, in bytes.
const MARK_BYTES: usize = 4;
/// Number of bytes of characters outside ASCII after which a text without a known encoding is UTF-8:
/// no other encoding has so many that are UTF-8 by chance.
const ENOUGH_UTF_8: usize = 32;

/// Reader of UTF-8 without a byte order mark.
pub(super) struct TextReader {
    inner: Box<dyn Read + Send>,
    setting: TextEncoding,
    decoder: Option<(Decoder, FoundEncoding)>,
    input: Buffer,
    output: Buffer,
    /// Number of bytes of the file that were decoded.
    offset: u64,
    /// Number of line breaks that were decoded.
    lines: u64,
    /// Number of decoded bytes outside ASCII, counted until there are enough to know the encoding.
    non_ascii: usize,
    is_input_at_end: bool,
    is_decoded: bool,
    /// Error behind the output.
    failure: Option<io::Error>,
}

/// Bytes that are not consumed yet.
struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Buffer {
    fn new() -> Self {
        Self {
            bytes: vec![0; BUFFER_BYTES],
            start: 0,
            end: 0,
        }
    }

    const fn is_empty(&self) -> bool {
        self.start == self.end
    }

    fn content(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }
}

impl TextReader {
    pub fn new(inner: Box<dyn Read + Send>, setting: TextEncoding) -> Self {
        Self {
            inner,
            setting,
            decoder: None,
            input: Buffer::new(),
            output: Buffer::new(),
            offset: 0,
            lines: 0,
            non_ascii: 0,
            is_input_at_end: false,
            is_decoded: false,
            failure: None,
        }
    }

    /// Reads further bytes of the file behind those of the input.
    fn read_input(&mut self) -> io::Result<()> {
        let Buffer { bytes, start, end } = &mut self.input;
        if start == end {
            (*start, *end) = (0, 0);
        }

        let length = loop {
            match self.inner.read(&mut bytes[*end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        *end += length;
        self.is_input_at_end = length == 0;
        Ok(())
    }

    /// Finds the encoding and skips a byte order mark.
    fn open_decoder(&mut self) -> io::Result<(Decoder, FoundEncoding)> {
        while self.input.end < MARK_BYTES
            && !self.is_input_at_end
            && !is_line_of_utf8(self.input.content())
        {
            self.read_input()?;
        }

        let found = self
            .setting
            .of(self.input.content())
            .map_err(|mismatch| mismatch.at("line 1".to_owned()))?;
        self.input.start += found.mark_bytes;
        self.offset += found.mark_bytes as u64;
        Ok((found.encoding.new_decoder_without_bom_handling(), found))
    }

    /// Decodes the next bytes into the empty output, which stays empty at the end of the file.
    ///
    /// Text before a malformed byte comes before the error, so that the first error of a file does not
    /// depend on the length of the buffers.
    fn decode(&mut self) -> io::Result<()> {
        let (mut decoder, found) = match self.decoder.take() {
            Some(decoder) => decoder,
            None => self.open_decoder()?,
        };

        while self.output.is_empty() && !self.is_decoded && self.failure.is_none() {
            if self.input.is_empty() && !self.is_input_at_end {
                self.read_input()?;
            }

            let (result, read, written) = decoder.decode_to_utf8_without_replacement(
                self.input.content(),
                &mut self.output.bytes,
                self.is_input_at_end,
            );
            self.input.start += read;
            self.offset += read as u64;
            (self.output.start, self.output.end) = (0, written);
            self.lines += memchr_iter(b'\n', self.output.content()).count() as u64;
            if found.is_assumed && self.non_ascii < ENOUGH_UTF_8 {
                let bytes = self.output.content().iter();
                self.non_ascii += bytes.filter(|byte| !byte.is_ascii()).count();
            }

            match result {
                DecoderResult::InputEmpty => self.is_decoded = self.is_input_at_end,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(length, after) => {
                    let failure = self.malformed(found, usize::from(length + after));
                    self.failure = Some(failure);
                }
            }
        }

        self.decoder = Some((decoder, found));
        Ok(())
    }

    /// Returns the error of a malformed sequence that begins `length` bytes before the input.
    fn malformed(&mut self, found: FoundEncoding, length: usize) -> io::Error {
        let location = format!(
            "line {}, byte {}",
            self.lines + 1,
            self.offset - length as u64 + 1
        );

        let mismatch = if found.is_assumed && self.non_ascii >= ENOUGH_UTF_8 {
            "not UTF-8, though the text before it is: mend this line, which may come from a file in \
             another encoding"
                .into()
        } else if found.is_assumed {
            self.input.start = self.input.start.saturating_sub(length);
            let mut sample = self.input.content().to_vec();
            // Bytes that cannot be read add nothing to the guess.
            let missing = (BUFFER_BYTES - sample.len()) as u64;
            let _ = self.inner.by_ref().take(missing).read_to_end(&mut sample);
            Mismatch::from_bytes(&sample)
        } else if found.encoding == UTF_8 {
            "not UTF-8, though the file begins with the byte order mark of UTF-8 or \
             `--encoding` names it"
                .into()
        } else {
            let name = found.encoding.name();
            let cause = format!(
                "malformed {name}, the encoding that `--encoding` or a byte order mark names"
            );
            cause.as_str().into()
        };
        mismatch.at(location).into()
    }
}

/// Returns whether a line that ends within the first bytes of a file is UTF-8 whatever follows, so that a
/// line from a terminal is taken as it is.
fn is_line_of_utf8(first: &[u8]) -> bool {
    first.contains(&b'\n') && !first.contains(&0)
}

impl Read for TextReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.output.is_empty() {
            if self.failure.is_none() {
                self.decode()?;
            }
            if self.output.is_empty() {
                self.failure.take().map_or(Ok(()), Err)?;
            }
        }

        let length = buffer.len().min(self.output.content().len());
        buffer[..length].copy_from_slice(&self.output.content()[..length]);
        self.output.start += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::settings::SourceSettings;

    /// Reader that gives one byte at a time.
    struct Slow(io::Cursor<Vec<u8>>);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = buffer.len().min(1);
            self.0.read(&mut buffer[..length])
        }
    }

    fn decoded(bytes: &[u8], encoding: Option<&str>) -> Result<String, String> {
        let settings = SourceSettings {
            encoding: encoding.map(str::to_owned),
            ..SourceSettings::default()
        };
        let read = |inner: Box<dyn Read + Send>| {
            let setting = TextEncoding::from_settings(&settings).unwrap();
            let mut text = String::new();
            TextReader::new(inner, setting)
                .read_to_string(&mut text)
                .map(|_| text)
                .map_err(|error| error.to_string())
        };

        let whole = read(Box::new(io::Cursor::new(bytes.to_vec())));
        let slow = read(Box::new(Slow(io::Cursor::new(bytes.to_vec()))));
        if whole.is_ok() || encoding.is_some() {
            assert_eq!(whole, slow);
        }
        whole
    }

    #[test]
    fn text_is_decoded_by_its_mark_else_by_the_setting() {
        for (bytes, encoding, want) in [
            (&b""[..], None, ""),
            (b"\xef\xbb\xbf", None, ""),
            (b"a\xc3\xa9", None, "aé"),
            (b"\xef\xbb\xbfa\xc3\xa9", Some("latin1"), "aé"),
            (b"\xff\xfea\0\xe9\0", None, "aé"),
            (b"\xfe\xff\0a\0\xe9", None, "aé"),
            (b"a\0\xe9\0", Some("utf-16le"), "aé"),
            (b"a\xe9", Some("latin1"), "aé"),
            (b"\x80", Some("cp1252"), "€"),
        ] {
            assert_eq!(decoded(bytes, encoding), Ok(want.to_owned()), "{bytes:?}");
        }
    }

    #[test]
    fn malformed_bytes_are_errors_with_line_byte_and_flag() {
        let long = [b"a\n".repeat(50_000), b"caf\xe9 ol\xe9\n".to_vec()].concat();
        let mixed = ["café\n".repeat(20).as_bytes(), b"caf\xe9\n"].concat();
        for (bytes, encoding, want) in [
            (
                &b"a\ncaf\xe9 na\xefve\n"[..],
                None,
                "line 2, byte 6: not UTF-8; it looks like windows-1252: read it with `--encoding \
                 windows-1252`",
            ),
            (&long, None, "line 50001, byte 100004: not UTF-8"),
            (
                &mixed,
                None,
                "line 21, byte 124: not UTF-8, though the text before it is: mend this line",
            ),
            (
                b"\xef\xbb\xbfa\n\xff",
                None,
                "line 2, byte 6: not UTF-8, though",
            ),
            (
                b"\xff\xfea\0\n\0\0\xd8a\0",
                None,
                "line 2, byte 7: malformed UTF-16LE",
            ),
            (b"\xff\xfea\0\n", None, "line 1, byte 5: malformed UTF-16LE"),
            (
                b"t\0e\0x\0",
                None,
                "line 1: not UTF-8; it looks like UTF-16",
            ),
            (b"\0t\0e\0x", None, "`--encoding utf-16be`"),
            (b"\xff\xfe\0\0a\0\0\0", None, "line 1: UTF-32"),
            (b"\x81", Some("shift_jis"), "malformed Shift_JIS"),
            (b"a\xc3", Some("utf-8"), "line 1, byte 2: not UTF-8"),
            (b"\xfe\0\0\0", None, "binary"),
        ] {
            let error = decoded(bytes, encoding).unwrap_err();
            assert!(error.contains(want), "{error}");
        }
    }

    #[test]
    fn the_encoding_does_not_depend_on_the_pieces_of_a_file() {
        const BYTES: [u8; 9] = [
            0, b'\n', b'a', b'\x80', b'\xff', b'\xfe', b'\xef', b'\xbb', b'\xbf',
        ];
        let read = |inner: Box<dyn Read + Send>| {
            let setting = TextEncoding::from_settings(&SourceSettings::default()).unwrap();
            let mut text = Vec::new();
            let read = TextReader::new(inner, setting).read_to_end(&mut text);
            // The guess at the end of a message rests on the bytes that are at hand.
            let end = read.map_err(|error| error.to_string().chars().take(20).collect::<String>());
            (text, end)
        };

        for number in 0..BYTES.len().pow(4) {
            let byte = |place| BYTES[number / BYTES.len().pow(place) % BYTES.len()];
            let file = [byte(0), byte(1), byte(2), byte(3), b'a', 0];

            let whole = read(Box::new(io::Cursor::new(file)));
            let slow = read(Box::new(Slow(io::Cursor::new(file.to_vec()))));
            assert_eq!(whole, slow, "{file:?}");
        }
    }

    #[test]
    fn text_before_a_malformed_byte_is_read_before_the_error() {
        let setting = TextEncoding::from_settings(&SourceSettings::default()).unwrap();
        let inner = io::Cursor::new(b"fire\nsun\n\xff");
        let mut text = Vec::new();
        let read = TextReader::new(Box::new(inner), setting).read_to_end(&mut text);

        let error = read.unwrap_err().to_string();
        assert!(error.contains("line 3, byte 10"), "{error}");
        assert_eq!(text, b"fire\nsun\n");
    }
}
