//! Request bodies that are read to their end, whatever becomes of the request.
//!
//! A response can be ready before the request's body has arrived, as one with the status 404 or 413.
//! With a part of the body unread, HTTP/1 cannot tell where the next request begins: the connection
//! would be closed, the next request of its client lost, and also the response if the client still
//! sends.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::http::header::EXPECT;
use axum::http::{Request, Version};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::runtime::Handle;

/// Time in which the rest of a body must arrive for the connection to stay open.
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// Body whose rest is read, and thrown away, after it is dropped.
pub(super) struct DrainedBody {
    body: Option<Incoming>,
    has_ended: bool,
}

impl DrainedBody {
    /// Takes the body of a request.
    pub fn wrap(request: Request<Incoming>) -> Request<Self> {
        // A client that waits for `100 Continue` sends no body after another response, and HTTP/2 ends
        // each stream by itself.
        let is_left =
            request.version() > Version::HTTP_11 || request.headers().contains_key(EXPECT);
        request.map(|body| Self {
            has_ended: is_left || body.is_end_stream(),
            body: Some(body),
        })
    }
}

impl Body for DrainedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };

        let frame = ready!(Pin::new(&mut *body).poll_frame(context));
        let has_ended = !matches!(frame, Some(Ok(_))) || body.is_end_stream();
        self.has_ended |= has_ended;
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(SizeHint::default, Body::size_hint)
    }
}

impl Drop for DrainedBody {
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        if let (Some(body), Ok(runtime)) = (self.body.take(), Handle::try_current()) {
            runtime.spawn(tokio::time::timeout(DRAIN_TIME, drain(body)));
        }
    }
}

/// Reads a body to its end or its first error.
async fn drain(mut body: Incoming) {
    while let Some(Ok(_)) = body.frame().await {}
}
