//! Stream that can be read once, and whose beginning can be looked at before.

use std::io::{self, Cursor, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of a stream that were looked at, and the stream behind them.
#[derive(Clone)]
pub(in crate::source) struct Stream(Arc<Mutex<Parts>>);

struct Parts {
    beginning: Vec<u8>,
    rest: Box<dyn Read + Send>,
}

impl Stream {
    pub fn new(rest: Box<dyn Read + Send>) -> Self {
        Self(Arc::new(Mutex::new(Parts {
            beginning: Vec::new(),
            rest,
        })))
    }

    /// Returns a reader from the beginning; what it reads is kept for later readers.
    pub fn look(&self) -> Look {
        Look {
            stream: self.clone(),
            at: 0,
        }
    }

    /// Returns a reader of the whole stream, which later readers do not have any more.
    pub fn read(&self) -> impl Read + Send + use<> {
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let beginning = Cursor::new(std::mem::take(&mut parts.beginning));
        beginning.chain(std::mem::replace(&mut parts.rest, Box::new(io::empty())))
    }
}

/// Reader that keeps what it reads.
pub(in crate::source) struct Look {
    stream: Stream,
    at: usize,
}

impl Read for Look {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut parts = self.stream.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Parts { beginning, rest } = &mut *parts;
        if self.at == beginning.len() {
            let length = rest.read(buffer)?;
            beginning.extend_from_slice(&buffer[..length]);
            self.at += length;
            return Ok(length);
        }

        let length = (&beginning[self.at..]).read(buffer)?;
        self.at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_looked_at_is_read_again() {
        let stream = Stream::new(Box::new(Cursor::new(b"abcdef".to_vec())));
        for length in [2_usize, 1, 4] {
            let mut beginning = Vec::new();
            stream
                .look()
                .take(length as u64)
                .read_to_end(&mut beginning)
                .unwrap();
            assert_eq!(beginning, b"abcdef"[..length]);
        }

        let mut whole = String::new();
        stream.read().read_to_string(&mut whole).unwrap();
        assert_eq!(whole, "abcdef");
    }
}
