//! Who may call what: keys, checked where errors are told as the protocol does.

use aide::OperationInput;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::oip::error::ProtocolError;
use crate::state::ServiceState;

/// Proof that a request may ask: it brings a key, or the service has none.
pub(crate) struct Caller;

/// Proof that a request may change what is served: it brings a key.
pub(crate) struct Operator;

/// Lets those pass who bring a key, or everyone while there is none.
pub(crate) fn authorize_caller(
    state: &ServiceState,
    headers: &HeaderMap,
) -> Result<(), ProtocolError> {
    Ok(state.settings().keys.check(headers)?)
}

/// Lets those pass who bring a key, and nobody while there is none.
pub(crate) fn authorize_operator(
    state: &ServiceState,
    headers: &HeaderMap,
) -> Result<(), ProtocolError> {
    Ok(state.settings().keys.check_operator(headers)?)
}

impl FromRequestParts<ServiceState> for Caller {
    type Rejection = ProtocolError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ServiceState,
    ) -> Result<Self, ProtocolError> {
        authorize_caller(state, &parts.headers).map(|()| Self)
    }
}

impl FromRequestParts<ServiceState> for Operator {
    type Rejection = ProtocolError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ServiceState,
    ) -> Result<Self, ProtocolError> {
        authorize_operator(state, &parts.headers).map(|()| Self)
    }
}

impl OperationInput for Caller {}

impl OperationInput for Operator {}
