//! GET `/v2/models/{model}/stats`, with or without a version: statistics of its requests.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;

use crate::oip::access::Caller;
use crate::oip::error::ProtocolError;
use crate::oip::model_path::{ModelPath, ModelVersionPath};
use crate::oip::rest::documentation::{TAG, errors, key_errors, version_errors};
use crate::oip::rest::from_path::FromPath;
use crate::oip::statistics::StatisticsResponse;
use crate::openapi::operation::{describe, documented, name_version};
use crate::problem::Problem;
use crate::state::ServiceState;

pub(super) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new()
        .api_route(
            "/v2/models/{model}/stats",
            get_with(statistics::<ModelPath>, |operation| {
                document(operation, "model_statistics")
            }),
        )
        .api_route(
            "/v2/models/{model}/versions/{version}/stats",
            get_with(statistics::<ModelVersionPath>, |operation| {
                name_version(document(operation, "model_version_statistics"))
            }),
        )
}

documented! {
    /// Count the requests of a model in the form of Triton's statistics.
    ///
    /// Counts begin with the activation of the version. Other models, and versions that are not
    /// loaded, return 404.
    async fn statistics<P>(
        State(state): State<ServiceState>,
        _: Caller,
        path: FromPath<P>,
    ) -> Result<Json<StatisticsResponse>, ProtocolError> {
        let model = path.requested.find(&state)?;
        Ok(Json(StatisticsResponse::new(Some(&model))))
    }
}

fn document<'t>(operation: TransformOperation<'t>, id: &str) -> TransformOperation<'t> {
    let operation = describe(operation, id, TAG, DOCUMENTATION)
        .response_with::<200, Json<StatisticsResponse>, _>(|response| {
            response.example(StatisticsResponse::example())
        });
    let operation = errors(operation, key_errors());
    errors(operation, version_errors().chain([Problem::NoModel.into()]))
}
