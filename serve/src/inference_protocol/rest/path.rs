//! The model that a path names.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::ServiceState;
use crate::inference_protocol::ProtocolError;
use crate::inference_protocol::address::ModelAddress;
use crate::inference_protocol::request::InvalidRequest;

/// The model and version of a path's parameters `P`, which are what the service serves.
pub(super) struct At<P> {
    pub(super) address: ModelAddress,
    parameters: std::marker::PhantomData<P>,
}

impl<P> FromRequestParts<ServiceState> for At<P>
where
    P: DeserializeOwned + Into<ModelAddress> + Send,
{
    type Rejection = ProtocolError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ServiceState,
    ) -> Result<Self, ProtocolError> {
        let path = Path::<P>::from_request_parts(parts, state).await;
        let Path(parameters) =
            path.map_err(|rejection| InvalidRequest::Path(rejection.body_text()))?;
        let address = parameters.into();
        address.check(state)?;
        Ok(Self {
            address,
            parameters: std::marker::PhantomData,
        })
    }
}

impl<P: JsonSchema> OperationInput for At<P> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        Path::<P>::operation_input(context, operation);
    }
}
