//! Bodies of requests: JSON with any content type, since clients differ in it.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::{Operation, ReferenceOr};
use axum::Json;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::http::json_body::parse;
use crate::http::request_body::{RequestBody, read_body};
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

/// Reads a whole body.
pub(super) async fn read(
    request: Request,
    state: &ServiceState,
) -> Result<(HeaderMap, RequestBody), ProtocolError> {
    let (head, body) = request.into_parts();
    let connection = state.connections().of_request(&head.extensions);
    let body = read_body(&head.headers, body, state.limits(), &connection).await?;
    Ok((head.headers, body))
}

/// Parses JSON; the protocol rejects an object of the wrong shape with 400.
pub(super) fn read_json<T: DeserializeOwned>(content: &[u8]) -> Result<T, ProtocolError> {
    parse(content).map_err(|problem| match problem {
        Problem::InvalidBody(what) => InvalidRequest::Body(what).into(),
        other => other.into(),
    })
}
