//! GET `/ping`: readiness of the service at the path of SageMaker.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::openapi::operation::documented;
use crate::routes::ready::{self, ReadyResponse};
use crate::state::ServiceState;

/// Path of the route.
pub(crate) const PATH: &str = "/ping";

pub(crate) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route(PATH, get_with(ping, document))
}

documented! {
    /// Check that the service takes requests, at the path of SageMaker.
    ///
    /// As `/v2/health/ready`. With `AIP_HEALTH_ROUTE` the service has this operation at that path
    /// too.
    async fn ping(state: State<ServiceState>) -> (StatusCode, Json<ReadyResponse>) {
        ready::ready(state).await
    }
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    ready::describe_readiness(operation, "ping", DOCUMENTATION)
}
