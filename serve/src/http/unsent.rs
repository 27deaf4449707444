//! Bodies of responses, counted until they are sent.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

use crate::http::open_connections::{Connection, Reservation, Unsent};
use crate::http::reject::reject;
use crate::problem::Problem;
use crate::state::ServiceState;

/// Smallest piece that is counted: a connection has no more of smaller ones than streams.
const MIN_BYTES: usize = 4096;

/// A body whose pieces are counted until they are sent.
struct CountedBody {
    inner: Body,
    reservation: Reservation,
}

/// A piece of a body, and the memory that it holds.
struct CountedBytes {
    bytes: Bytes,
    _reservation: Reservation,
    _unsent: Unsent,
}

/// Middleware that counts the responses of a router until they are sent.
pub(super) async fn count_unsent(
    State(state): State<ServiceState>,
    request: Request,
    next: Next,
) -> Response {
    let connection = state.connections().of_request(request.extensions());
    let uri = request.uri().clone();

    let response = next.run(request).await;
    count(response, &connection).unwrap_or_else(|problem| reject(&uri, problem))
}

/// Counts a response until it is sent, or rejects its request if too much is unsent.
pub(super) fn count(response: Response, connection: &Arc<Connection>) -> Result<Response, Problem> {
    let size = response.body().size_hint();
    if size.upper().is_some_and(|bytes| bytes < MIN_BYTES as u64) {
        return Ok(response);
    }

    let reserved = usize::try_from(size.lower()).unwrap_or(usize::MAX);
    let reservation = connection.reserve(reserved)?;
    Ok(response.map(|inner| Body::new(CountedBody { inner, reservation })))
}

impl HttpBody for CountedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.inner).poll_frame(context);
        frame.map_ok(|frame| frame.map_data(|bytes| self.count(bytes)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl CountedBody {
    fn count(&mut self, bytes: Bytes) -> Bytes {
        if bytes.len() < MIN_BYTES {
            return bytes;
        }

        Bytes::from_owner(CountedBytes {
            _unsent: self.reservation.begin_response(),
            _reservation: self.reservation.split(bytes.len()),
            bytes,
        })
    }
}

impl AsRef<[u8]> for CountedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
