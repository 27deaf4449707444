//! GET `/v2/health/ready`: whether the service takes requests.

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
struct ReadyResponse {
    /// False once the service was asked to end, and while no model is loaded.
    ready: bool,
}

pub(crate) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route("/v2/health/ready", get_with(ready, document))
}

documented! {
    /// Tell whether the service takes requests.
    ///
    /// It is ready from its first answer on, since the model is loaded and run before; it is not once it was asked to end, nor
    /// while an operator has unloaded the model.
    async fn ready(State(state): State<ServiceState>) -> (StatusCode, Json<ReadyResponse>) {
        let ready = state.is_ready();
        let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        (status, Json(ReadyResponse { ready }))
    }
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let operation = describe(operation, "ready", "health", DOCUMENTATION)
        .response_with::<200, Json<ReadyResponse>, _>(|response| {
            response
                .description("The service takes requests.")
                .example(ReadyResponse { ready: true })
        })
        .response_with::<503, Json<ReadyResponse>, _>(|response| {
            response
                .description("The service is ending, or its model was unloaded.")
                .example(ReadyResponse { ready: false })
        });
    problems(operation, [])
}
