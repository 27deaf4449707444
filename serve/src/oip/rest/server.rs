//! GET `/v2`: metadata of the service.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::Json;
use schemars::JsonSchema;
use serde::Serialize;

use crate::oip::metadata::{EXTENSIONS, SERVER_NAME, SERVER_VERSION};
use crate::oip::rest::documentation::{TAG, errors};
use crate::openapi::operation::{describe, documented};
use crate::state::ServiceState;

/// Metadata of the service.
#[derive(Serialize, JsonSchema)]
struct ServerMetadata {
    /// Name of the service.
    name: &'static str,
    /// Version of the service.
    version: &'static str,
    /// Supported extensions of the protocol.
    extensions: [&'static str; EXTENSIONS.len()],
}

pub(super) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route("/v2", get_with(server, document))
}

documented! {
    /// Describe the service in the Open Inference Protocol.
    async fn server() -> Json<ServerMetadata> {
        Json(metadata())
    }
}

const fn metadata() -> ServerMetadata {
    ServerMetadata {
        name: SERVER_NAME,
        version: SERVER_VERSION,
        extensions: EXTENSIONS,
    }
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let operation = describe(operation, "server_metadata", TAG, DOCUMENTATION)
        .response_with::<200, Json<ServerMetadata>, _>(|response| response.example(metadata()));
    errors(operation, [])
}
