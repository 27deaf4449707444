//! Gzip stream of one or more members, perhaps padded with zeros.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

use crate::magic;

/// Error of bytes after the last member that are neither a member nor zeros.
#[derive(Debug, thiserror::Error)]
#[error("bytes after the end of the gzip stream")]
pub(crate) struct TrailingBytes;

/// Decoder of all members.
pub(crate) struct Gunzip<R> {
    /// None at the end.
    member: Option<GzDecoder<R>>,
    is_first: bool,
}

impl<R: BufRead> Gunzip<R> {
    pub fn new(reader: R) -> Self {
        Self {
            member: Some(GzDecoder::new(reader)),
            is_first: true,
        }
    }
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }

        while let Some(mut member) = self.member.take() {
            let read = member.read(buffer);
            let is_header = member.header().is_none();
            match read {
                Ok(0) => self.member = next_member(member.into_inner())?,
                Err(_) if is_header && !self.is_first => return Err(trailing_bytes()),
                read => {
                    self.member = Some(member);
                    return read;
                }
            }
            self.is_first = false;
        }
        Ok(0)
    }
}

/// Returns a decoder of the next member; none at the end of the stream or its padding.
fn next_member<R: BufRead>(mut reader: R) -> io::Result<Option<GzDecoder<R>>> {
    let mut is_padded = false;
    loop {
        let bytes = reader.fill_buf()?;
        let Some(&first) = bytes.first() else {
            return Ok(None);
        };

        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        if zeros == 0 {
            let is_member = first == magic::GZIP[0] && !is_padded;
            return if is_member {
                Ok(Some(GzDecoder::new(reader)))
            } else {
                Err(trailing_bytes())
            };
        }
        is_padded = true;
        reader.consume(zeros);
    }
}

fn trailing_bytes() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, TrailingBytes)
}
