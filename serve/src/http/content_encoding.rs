//! Content encodings of request bodies: none, or gzip.

use std::io::Read as _;

use axum::http::{HeaderMap, HeaderValue, header};
use bytes::Bytes;
use flate2::read::MultiGzDecoder;

use crate::http::open_connections::Reservation;
use crate::problem::{Limit, Problem};

/// Bytes that are decoded, and reserved, at once.
const CHUNK_BYTES: usize = 16 * 1024;

/// How a body, or a gRPC message, was encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentEncoding {
    Identity,
    Gzip,
}

impl ContentEncoding {
    /// The encoding of an HTTP body; several, one after the other, are not supported.
    pub(crate) fn of_body(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut all = headers.get_all(header::CONTENT_ENCODING).iter();
        match (all.next(), all.next()) {
            (None, _) => Ok(Self::Identity),
            (Some(one), None) => Self::parse(one),
            (Some(_), Some(second)) => Err(unsupported(second)),
        }
    }

    /// Parses the value of a header.
    pub(crate) fn parse(value: &HeaderValue) -> Result<Self, Problem> {
        let name = value.to_str().unwrap_or_default().trim();
        let is = |known: &str| name.eq_ignore_ascii_case(known);

        // RFC 9110, 8.4.1.3, takes both names of gzip.
        if is("gzip") || is("x-gzip") {
            Ok(Self::Gzip)
        } else if is("identity") || value.is_empty() {
            Ok(Self::Identity)
        } else {
            Err(unsupported(value))
        }
    }
}

/// Decodes gzip to at most `max_bytes`, and reserves the memory of the result.
pub(crate) fn gunzip(
    encoded: &[u8],
    max_bytes: usize,
    reservation: &mut Reservation,
) -> Result<Bytes, Problem> {
    let mut decoder = MultiGzDecoder::new(encoded);
    let mut content = Vec::new();
    let mut chunk = [0; CHUNK_BYTES];

    loop {
        let count = decoder
            .read(&mut chunk)
            .map_err(|error| Problem::MalformedGzip(error.to_string()))?;
        if count == 0 {
            return Ok(content.into());
        }

        if content.len() + count > max_bytes {
            return Err(Problem::BodyTooLarge {
                limit: Limit::body(max_bytes),
            });
        }

        reservation.grow(count)?;
        content.extend_from_slice(&chunk[..count]);
    }
}

fn unsupported(value: &HeaderValue) -> Problem {
    let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
    Problem::UnsupportedEncoding(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_recognised_by_both_names() {
        for (values, want) in [
            (&[][..], Some(ContentEncoding::Identity)),
            (&["identity"], Some(ContentEncoding::Identity)),
            (&[""], Some(ContentEncoding::Identity)),
            (&["GZip"], Some(ContentEncoding::Gzip)),
            (&["x-gzip"], Some(ContentEncoding::Gzip)),
            (&["br"], None),
            (&["gzip, gzip"], None),
            (&["gzip", "gzip"], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::CONTENT_ENCODING, HeaderValue::from_static(value));
            }
            assert_eq!(ContentEncoding::of_body(&headers).ok(), want, "{values:?}");
        }
    }
}
