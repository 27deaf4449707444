//! POST `/v2/models/{model}/infer`, with a version or without: texts to verdicts.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use axum::extract::{FromRequest, Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;

use super::body::{read, read_json};
use super::infer_documentation::document;
use super::infer_request::InferRequest;
use super::infer_response::{InferResponse, JSON_LENGTH, JSON_LENGTH_NAME};
use super::path::At;
use crate::ServiceState;
use crate::documentation::documented;
use crate::inference_protocol::ProtocolError;
use crate::inference_protocol::access::Caller;
use crate::inference_protocol::address::{OfModel, OfVersion};
use crate::inference_protocol::infer::Inference;
use crate::inference_protocol::request::InvalidRequest;
use crate::request_id::RequestId;

/// A request, and what follows its JSON.
pub(super) struct InferBody {
    request: InferRequest,
    binary: Bytes,
}

pub(super) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new()
        .api_route(
            "/v2/models/{model}/infer",
            post_with(infer::<OfModel>, |operation| {
                document(operation, "infer", DOCUMENTATION)
            }),
        )
        .api_route(
            "/v2/models/{model}/versions/{version}/infer",
            post_with(infer::<OfVersion>, |operation| {
                document(operation, "infer_version", DOCUMENTATION)
            }),
        )
}

documented! {
    /// Judge texts in the Open Inference Protocol.
    ///
    /// Takes the input `text` and gives the outputs `probability` and `label`. Texts come as strings in `data`, flat or nested; or
    /// in the binary tensor extension, where the header `Inference-Header-Content-Length` tells how long the JSON is, and each text
    /// follows it after its length in four bytes, the least significant first. Outputs go back in binary when their parameter
    /// `binary_data` or the request's `binary_data_output` says so. The request's parameter `threshold` stands in for the model's
    /// threshold.
    async fn infer<P>(
        State(state): State<ServiceState>,
        _: Caller,
        id: RequestId,
        at: At<P>,
        body: InferBody,
    ) -> Result<Response, ProtocolError> {
        let InferBody { mut request, binary } = body;
        let wanted = request.wanted()?;
        let inference = Inference {
            address: &at.address,
            input: request.take_input(&binary)?,
            threshold: request.threshold()?,
            outputs: wanted.iter().map(|wanted| wanted.output).collect(),
        };
        let inferred = state.infer(&id, inference).await?;
        Ok(InferResponse::answer(&inferred, &wanted, request.id))
    }
}

impl FromRequest<ServiceState> for InferBody {
    type Rejection = ProtocolError;

    async fn from_request(request: Request, state: &ServiceState) -> Result<Self, ProtocolError> {
        let (headers, content) = read(request, state).await?;
        let length = json_length(&headers, content.len())?;
        Ok(Self {
            request: read_json(&content[..length])?,
            binary: content.slice(length..),
        })
    }
}

/// How many bytes of the body are JSON: what the header says, or else all.
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
