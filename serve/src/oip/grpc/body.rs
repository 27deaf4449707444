//! Bodies of calls, with the same limits on size and time as over HTTP, and on decoded tensors.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use tonic::Status;

use crate::http::content_encoding::{ContentEncoding, gunzip};
use crate::http::request_body::{RequestBody, read_encoded};
use crate::oip::error::ProtocolError;
use crate::oip::grpc::message_check::check_tensor_counts;
use crate::problem::{Limit, Problem};
use crate::settings::Limits;
use crate::state::ServiceState;

/// Size of the prefix of a message: a flag and a length.
const PREFIX_BYTES: usize = 5;
/// Header with the encoding of messages whose flag is set.
const ENCODING: &str = "grpc-encoding";

/// Middleware that reads and decodes the whole message before the call.
pub(super) async fn whole_body(
    State(state): State<ServiceState>,
    request: Request,
    next: Next,
) -> Response {
    let (mut head, body) = request.into_parts();

    let limits = state.limits();
    let with_prefix = Limits {
        max_body_bytes: limits.max_body_bytes.saturating_add(PREFIX_BYTES),
        ..*limits
    };

    let connection = state.connections().of_request(&head.extensions);
    let body = read_encoded(body, &with_prefix, &connection).await;
    let body = body.and_then(|body| decode(body, &mut head.headers, limits));
    match body {
        // The memory stays reserved until the call is over.
        Ok(body) => {
            let request = Request::from_parts(head, Body::from(body.content.clone()));
            next.run(request).await
        }
        Err(problem) => reject(problem, limits).into_http(),
    }
}

/// Decodes a message whose flag is set, and removes the header, so that the call sees a message that
/// was never encoded.
fn decode(
    mut body: RequestBody,
    headers: &mut HeaderMap,
    limits: &Limits,
) -> Result<RequestBody, Problem> {
    if length(&body.content).is_some_and(|bytes| bytes > limits.max_body_bytes) {
        return Err(Problem::BodyTooLarge {
            limit: Limit::body(limits.max_body_bytes),
        });
    }

    let encoding = match headers.remove(ENCODING) {
        Some(value) => ContentEncoding::parse(&value)?,
        None => ContentEncoding::Identity,
    };

    if let (ContentEncoding::Gzip, Some(1), Some(message)) =
        (encoding, body.content.first(), message(&body.content))
    {
        let decoded = gunzip(message, limits.max_body_bytes, &mut body.reservation)?;
        body.content = with_prefix(&decoded);
    }
    Ok(body)
}

/// The length of the message as its prefix has it, unless the prefix ends early.
fn length(content: &[u8]) -> Option<usize> {
    let [_, length @ ..] = content.first_chunk::<PREFIX_BYTES>()?;
    usize::try_from(u32::from_be_bytes(*length)).ok()
}

/// The message that follows the prefix, unless it ends early.
fn message(content: &[u8]) -> Option<&[u8]> {
    content.get(PREFIX_BYTES..)?.get(..length(content)?)
}

/// The body of a message that is not encoded.
fn with_prefix(message: &[u8]) -> Bytes {
    let length = u32::try_from(message.len()).expect("a message is within the limit on bodies");
    let mut body = Vec::with_capacity(PREFIX_BYTES + message.len());
    body.push(0);
    body.extend_from_slice(&length.to_be_bytes());
    body.extend_from_slice(message);
    body.into()
}

/// Middleware that checks an inference request before it is decoded; its body is whole.
pub(super) async fn check_inference(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let content = to_bytes(body, usize::MAX).await.unwrap_or_default();

    match message(&content).map_or(Ok(()), check_tensor_counts) {
        Ok(()) => {
            next.run(Request::from_parts(head, Body::from(content)))
                .await
        }
        Err(error) => Status::from(ProtocolError::from(error)).into_http(),
    }
}

/// The status for a problem, with the limit that the operator set.
fn reject(problem: Problem, limits: &Limits) -> Status {
    let problem = match problem {
        Problem::BodyTooLarge { .. } => Problem::BodyTooLarge {
            limit: Limit::body(limits.max_body_bytes),
        },
        other => other,
    };
    ProtocolError::from(problem).into()
}
