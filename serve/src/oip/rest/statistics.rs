//! GET `/v2/models/stats`: statistics of the requests of all loaded models.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;

use crate::oip::access::Caller;
use crate::oip::rest::documentation::{TAG, errors, key_errors};
use crate::oip::statistics::StatisticsResponse;
use crate::openapi::operation::{describe, documented};
use crate::state::ServiceState;

pub(super) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route("/v2/models/stats", get_with(statistics, document))
}

documented! {
    /// Count the requests of the loaded models in the form of Triton's statistics.
    ///
    /// The list is empty while the model is unloaded.
    async fn statistics(State(state): State<ServiceState>, _: Caller) -> Json<StatisticsResponse> {
        Json(StatisticsResponse::new(state.model_slot().current().as_deref()))
    }
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let operation = describe(operation, "statistics", TAG, DOCUMENTATION)
        .response_with::<200, Json<StatisticsResponse>, _>(|response| {
            response.example(StatisticsResponse::example())
        });
    errors(operation, key_errors())
}
