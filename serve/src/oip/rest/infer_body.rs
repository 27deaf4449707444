//! The body of a request for inference.

use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use bytes::Bytes;

use crate::http::open_connections::Reservation;
use crate::oip::error::ProtocolError;
use crate::oip::invalid_request::InvalidRequest;
use crate::oip::rest::body::{read, read_json};
use crate::oip::rest::infer_request::InferRequest;
use crate::oip::rest::infer_response::{JSON_LENGTH, JSON_LENGTH_NAME};
use crate::state::ServiceState;

/// A request, and the body that it came in.
pub(super) struct InferBody {
    pub(super) request: InferRequest,
    /// The bytes after the JSON.
    pub(super) binary: Bytes,
    pub(super) reservation: Reservation,
}

impl FromRequest<ServiceState> for InferBody {
    type Rejection = ProtocolError;

    async fn from_request(request: Request, state: &ServiceState) -> Result<Self, ProtocolError> {
        let (headers, body) = read(request, state).await?;
        let length = json_length(&headers, body.content.len())?;
        Ok(Self {
            request: read_json(&body.content[..length])?,
            binary: body.content.slice(length..),
            reservation: body.reservation,
        })
    }
}

/// Length of the JSON in the body: the value of the header, or else the whole body.
fn json_length(headers: &HeaderMap, body_bytes: usize) -> Result<usize, InvalidRequest> {
    let Some(value) = headers.get(JSON_LENGTH) else {
        return Ok(body_bytes);
    };

    let length = value
        .to_str()
        .ok()
        .and_then(|value| value.trim().parse().ok());

    length
        .filter(|&length| length <= body_bytes)
        .ok_or_else(|| InvalidRequest::JsonLength {
            header: JSON_LENGTH_NAME,
            got: String::from_utf8_lossy(value.as_bytes()).into_owned(),
            body_bytes,
        })
}
