//! GET `/v2/health/live`: liveness of the service.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::Json;
use schemars::JsonSchema;
use serde::Serialize;

use crate::openapi::operation::{describe, documented, problems};
use crate::state::ServiceState;

/// Whether the service runs.
#[derive(Serialize, JsonSchema)]
struct LiveResponse {
    /// Always true: a service that does not run does not respond.
    live: bool,
}

pub(crate) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route("/v2/health/live", get_with(live, document))
}

documented! {
    /// Check that the service runs.
    async fn live() -> Json<LiveResponse> {
        Json(LiveResponse { live: true })
    }
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let operation = describe(operation, "live", "health", DOCUMENTATION)
        .response_with::<200, Json<LiveResponse>, _>(|response| {
            response.example(LiveResponse { live: true })
        });
    problems(operation, [])
}
