//! GET `/v2/health/ready`: readiness of the service.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::openapi::operation::{describe, documented, problems};
use crate::state::ServiceState;

/// Whether the service takes requests.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ReadyResponse {
    /// False while no model is loaded, and during shutdown.
    ready: bool,
}

pub(crate) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route("/v2/health/ready", get_with(ready, document))
}

documented! {
    /// Check that the service takes requests.
    ///
    /// The service loads and checks the model before it listens, so that it is ready from its first
    /// response on; it is not ready during shutdown or while the model is unloaded.
    pub(crate) async fn ready(State(state): State<ServiceState>) -> (StatusCode, Json<ReadyResponse>) {
        let ready = state.is_ready();
        let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        (status, Json(ReadyResponse { ready }))
    }
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    describe_readiness(operation, "ready", DOCUMENTATION)
}

/// Describes an operation that responds with the readiness.
pub(crate) fn describe_readiness<'t>(
    operation: TransformOperation<'t>,
    id: &str,
    documentation: &str,
) -> TransformOperation<'t> {
    let operation = describe(operation, id, "health", documentation)
        .response_with::<200, Json<ReadyResponse>, _>(|response| {
            response
                .description("The service takes requests.")
                .example(ReadyResponse { ready: true })
        })
        .response_with::<503, Json<ReadyResponse>, _>(|response| {
            response
                .description("The service is shutting down, or its model is unloaded.")
                .example(ReadyResponse { ready: false })
        });
    problems(operation, [])
}
