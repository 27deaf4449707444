//! GET `/v2/models/{model}/ready`, with or without a version: readiness of the model.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::oip::model_path::{ModelPath, ModelVersionPath};
use crate::oip::rest::documentation::{TAG, errors, version_errors};
use crate::oip::rest::from_path::FromPath;
use crate::openapi::operation::{describe, documented, name_version};
use crate::state::ServiceState;

/// Whether a model takes requests.
#[derive(Serialize, JsonSchema)]
struct ModelReady {
    /// Name of the model.
    name: String,
    /// False while the model is unloaded, and during shutdown.
    ready: bool,
}

pub(super) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new()
        .api_route(
            "/v2/models/{model}/ready",
            get_with(ready::<ModelPath>, |operation| {
                document(operation, "model_ready")
            }),
        )
        .api_route(
            "/v2/models/{model}/versions/{version}/ready",
            get_with(ready::<ModelVersionPath>, |operation| {
                name_version(document(operation, "model_version_ready"))
            }),
        )
}

documented! {
    /// Check that a model takes requests.
    ///
    /// Other models, and versions that are not loaded, return 404.
    async fn ready<P>(
        State(state): State<ServiceState>,
        path: FromPath<P>,
    ) -> (StatusCode, Json<ModelReady>) {
        let ready = state.is_ready();
        let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        (status, Json(ModelReady { name: path.requested.name, ready }))
    }
}

fn document<'t>(operation: TransformOperation<'t>, id: &str) -> TransformOperation<'t> {
    let example = |ready| ModelReady {
        name: "relevance".to_owned(),
        ready,
    };

    let operation = describe(operation, id, TAG, DOCUMENTATION)
        .response_with::<200, Json<ModelReady>, _>(|response| {
            response
                .description("The model takes requests.")
                .example(example(true))
        })
        .response_with::<503, Json<ModelReady>, _>(|response| {
            response
                .description("The service is shutting down, or its model is unloaded.")
                .example(example(false))
        });
    errors(operation, version_errors())
}
