//! Whole bodies of requests, within the limits on size, time and memory.

use std::pin::pin;
use std::sync::Arc;

use axum::body::HttpBody;
use axum::http::HeaderMap;
use bytes::{Bytes, BytesMut};
use futures::FutureExt as _;
use http_body_util::BodyExt as _;

use crate::http::content_encoding::{ContentEncoding, gunzip};
use crate::http::open_connections::{Connection, Reservation};
use crate::problem::{Limit, Problem};
use crate::settings::Limits;

/// The whole body of a request, and the memory that it holds.
pub(crate) struct RequestBody {
    pub(crate) content: Bytes,
    pub(crate) reservation: Reservation,
}

/// Reads a whole body and decodes the encoding that its headers name; the size limit counts the
/// bytes before and after.
pub(crate) async fn read_body<B: HttpBody<Data = Bytes>>(
    headers: &HeaderMap,
    body: B,
    limits: &Limits,
    connection: &Arc<Connection>,
) -> Result<RequestBody, Problem> {
    let encoding = ContentEncoding::of_body(headers)?;
    let mut body = read_encoded(body, limits, connection).await?;

    if encoding == ContentEncoding::Gzip && !body.content.is_empty() {
        body.content = gunzip(&body.content, limits.max_body_bytes, &mut body.reservation)?;
    }
    Ok(body)
}

/// Reads a whole body as it was sent, within the limits on its size and time, and on the memory of
/// all requests.
pub(crate) async fn read_encoded<B: HttpBody<Data = Bytes>>(
    body: B,
    limits: &Limits,
    connection: &Arc<Connection>,
) -> Result<RequestBody, Problem> {
    let mut read = pin!(read_within(body, limits.max_body_bytes, connection));
    // Most bodies arrive with the head, and a timer would cost more than reading them.
    if let Some(content) = read.as_mut().now_or_never() {
        return content;
    }

    let read = tokio::time::timeout(limits.body_timeout, read);
    read.await.unwrap_or_else(|_| {
        Err(Problem::BodyTooSlow {
            limit: Limit::body_time(limits.body_timeout),
        })
    })
}

async fn read_within<B: HttpBody<Data = Bytes>>(
    body: B,
    max_bytes: usize,
    connection: &Arc<Connection>,
) -> Result<RequestBody, Problem> {
    let too_large = || Problem::BodyTooLarge {
        limit: Limit::body(max_bytes),
    };
    if body.size_hint().lower() > max_bytes as u64 {
        return Err(too_large());
    }

    let mut reservation = connection.reserve(0)?;
    let mut body = pin!(body);
    let mut content = Bytes::new();
    let mut more = BytesMut::new();

    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Problem::IncompleteBody)?.into_data() else {
            continue;
        };

        if content.len() + more.len() + data.len() > max_bytes {
            return Err(too_large());
        }

        reservation.grow(data.len())?;

        if content.is_empty() {
            content = data;
        } else {
            more.extend_from_slice(&data);
        }

        if body.is_end_stream() {
            break;
        }
    }

    if !more.is_empty() {
        content = [content, more.freeze()].concat().into();
    }

    Ok(RequestBody {
        content,
        reservation,
    })
}
