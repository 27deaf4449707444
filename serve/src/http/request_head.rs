//! Heads of requests: the memory that they hold, and what is rejected before a route is looked for.

use std::sync::Arc;

use axum::http::header::TRANSFER_ENCODING;
use axum::http::{HeaderMap, Request, Version};

use crate::http::open_connections::{Connection, HeadReservation};
use crate::problem::Problem;

/// Memory of an open HTTP/2 request beside its headers.
const STREAM_BYTES: usize = 4096;
/// Memory of a header beside its name and value.
const HEADER_BYTES: usize = 128;
/// Size of the heads of HTTP/1 that are not counted: a connection has one of them.
const SMALL_HEAD_BYTES: usize = 4096;

/// Reserves the memory of a request's head, for as long as the request is open.
///
/// # Errors
/// When the heads of all requests hold too much, or the body has an unknown transfer coding. An HTTP/2
/// connection is closed in the first case, since its client may open many requests at once.
pub(super) fn admit<B>(
    connection: &Arc<Connection>,
    request: &Request<B>,
) -> Result<Option<HeadReservation>, Problem> {
    let is_http_2 = request.version() > Version::HTTP_11;
    if !is_http_2 {
        check_transfer_coding(request.headers())?;
    }

    let bytes = size(request);
    if !is_http_2 && bytes <= SMALL_HEAD_BYTES {
        return Ok(None);
    }
    let stream = if is_http_2 { STREAM_BYTES } else { 0 };
    let reserved = connection.reserve_head(stream + bytes);
    if reserved.is_err() && is_http_2 {
        connection.close();
    }
    reserved.map(Some)
}

fn size<B>(request: &Request<B>) -> usize {
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + HEADER_BYTES);
    request.uri().path().len() + headers.sum::<usize>()
}

/// Rejects a coding beside `chunked`: the body would be read as if it had none (RFC 9112, 6.1).
fn check_transfer_coding(headers: &HeaderMap) -> Result<(), Problem> {
    for value in headers.get_all(TRANSFER_ENCODING) {
        let value = value.as_bytes().trim_ascii();
        if !value.eq_ignore_ascii_case(b"chunked") {
            let value = String::from_utf8_lossy(value).into_owned();
            return Err(Problem::UnsupportedEncoding(value));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_chunked_is_a_known_transfer_coding() {
        for (codings, is_known) in [
            (&[][..], true),
            (&["chunked"], true),
            (&[" Chunked "], true),
            (&["gzip, chunked"], false),
            (&["gzip", "chunked"], false),
            (&["identity"], false),
        ] {
            let mut headers = HeaderMap::new();
            for coding in codings {
                headers.append(TRANSFER_ENCODING, coding.parse().unwrap());
            }
            let checked = check_transfer_coding(&headers);
            assert_eq!(checked.is_ok(), is_known, "{codings:?}");
        }
    }
}
