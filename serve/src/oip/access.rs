//! Authorization of the protocol's calls, with errors in its format.

use aide::OperationInput;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::oip::error::ProtocolError;
use crate::state::ServiceState;

/// Proof that a request may predict: it has a key, or the service has none.
pub(crate) struct Caller;

/// Proof that a request may change the active model: it has a key.
pub(crate) struct Operator;

/// Accepts requests with a key, or all requests if the service has no keys.
pub(crate) fn authorize_caller(
    state: &ServiceState,
    headers: &HeaderMap,
) -> Result<(), ProtocolError> {
    Ok(state.settings().keys.check(headers)?)
}

/// Accepts requests with a key, and none if the service has no keys.
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
