//! Extractor of the model that a path names.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::oip::error::ProtocolError;
use crate::oip::invalid_request::InvalidRequest;
use crate::oip::requested_model::RequestedModel;
use crate::state::ServiceState;

/// The requested model from a path's parameters `P`, after a check that the service has it.
pub(super) struct FromPath<P> {
    pub(super) requested: RequestedModel,
    parameters: std::marker::PhantomData<P>,
}

impl<P> FromRequestParts<ServiceState> for FromPath<P>
where
    P: DeserializeOwned + Into<RequestedModel> + Send,
{
    type Rejection = ProtocolError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ServiceState,
    ) -> Result<Self, ProtocolError> {
        let path = Path::<P>::from_request_parts(parts, state).await;
        let Path(parameters) =
            path.map_err(|rejection| InvalidRequest::Path(rejection.body_text()))?;
        let requested = parameters.into();
        requested.check(state)?;
        Ok(Self {
            requested,
            parameters: std::marker::PhantomData,
        })
    }
}

impl<P: JsonSchema> OperationInput for FromPath<P> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        Path::<P>::operation_input(context, operation);
    }
}
