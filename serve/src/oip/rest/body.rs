//! Bodies of requests: JSON with any content type, since clients differ in it.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::{Operation, ReferenceOr};
use axum::Json;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::http::json_body::{RequestBody, parse, read_body};
use crate::oip::error::ProtocolError;
use crate::oip::invalid_request::InvalidRequest;
use crate::problem::Problem;
use crate::state::ServiceState;

/// A JSON body; an empty body stands for an empty object.
pub(super) struct OptionalJson<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<ServiceState> for OptionalJson<T> {
    type Rejection = ProtocolError;

    async fn from_request(request: Request, state: &ServiceState) -> Result<Self, ProtocolError> {
        let (_, body) = read(request, state).await?;
        let content = if body.content.is_empty() {
            b"{}"
        } else {
            &body.content[..]
        };
        read_json(content).map(Self)
    }
}

impl<T: JsonSchema> OperationInput for OptionalJson<T> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        Json::<T>::operation_input(context, operation);
        if let Some(ReferenceOr::Item(body)) = &mut operation.request_body {
            body.required = false;
        }
    }
}

/// Reads a whole uncompressed body.
pub(super) async fn read(
    request: Request,
    state: &ServiceState,
) -> Result<(HeaderMap, RequestBody), ProtocolError> {
    let (head, body) = request.into_parts();
    if let Some(encoding) = head
        .headers
        .get(header::CONTENT_ENCODING)
        .filter(|encoding| *encoding != "identity")
    {
        return Err(ProtocolError::ContentEncoding(
            encoding.to_str().unwrap_or("?").to_owned(),
        ));
    }
    let connection = state.connections().of_request(&head.extensions);
    let body = read_body(body, state.limits(), &connection).await?;
    Ok((head.headers, body))
}

/// Parses JSON; the protocol rejects an object of the wrong shape with 400.
pub(super) fn read_json<T: DeserializeOwned>(content: &[u8]) -> Result<T, ProtocolError> {
    parse(content).map_err(|problem| match problem {
        Problem::InvalidBody(what) => InvalidRequest::Body(what).into(),
        other => other.into(),
    })
}
