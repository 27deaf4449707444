//! GET `/v2/models/{model}/config`, with or without a version: configuration of the model.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;

use crate::oip::access::Caller;
use crate::oip::config::ModelConfig;
use crate::oip::error::ProtocolError;
use crate::oip::model_path::{ModelPath, ModelVersionPath};
use crate::oip::rest::documentation::{TAG, errors, key_errors, version_errors};
use crate::oip::rest::from_path::FromPath;
use crate::openapi::operation::{describe, documented, name_version};
use crate::problem::Problem;
use crate::state::ServiceState;

pub(super) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new()
        .api_route(
            "/v2/models/{model}/config",
            get_with(config::<ModelPath>, |operation| {
                document(operation, "model_config")
            }),
        )
        .api_route(
            "/v2/models/{model}/versions/{version}/config",
            get_with(config::<ModelVersionPath>, |operation| {
                name_version(document(operation, "model_version_config"))
            }),
        )
}

documented! {
    /// Describe a model in the form of Triton's configuration.
    ///
    /// Other models, and versions that are not loaded, return 404.
    async fn config<P>(
        State(state): State<ServiceState>,
        _: Caller,
        path: FromPath<P>,
    ) -> Result<Json<ModelConfig>, ProtocolError> {
        path.requested.find(&state)?;
        Ok(Json(ModelConfig::new(path.requested.name)))
    }
}

fn document<'t>(operation: TransformOperation<'t>, id: &str) -> TransformOperation<'t> {
    let example = ModelConfig::new("relevance".to_owned());
    let operation = describe(operation, id, TAG, DOCUMENTATION)
        .response_with::<200, Json<ModelConfig>, _>(|response| response.example(example));
    let operation = errors(operation, key_errors());
    errors(operation, version_errors().chain([Problem::NoModel.into()]))
}
