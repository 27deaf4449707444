//! GET `/v2/models/{model}`, with or without a version: metadata of the model.

use std::collections::BTreeMap;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::oip::access::Caller;
use crate::oip::error::ProtocolError;
use crate::oip::metadata::{INPUTS, OUTPUTS, PLATFORM, TensorDescription};
use crate::oip::model_path::{ModelPath, ModelVersionPath};
use crate::oip::rest::documentation::{TAG, errors, key_errors, version_errors};
use crate::oip::rest::from_path::FromPath;
use crate::openapi::operation::{describe, documented, name_version};
use crate::problem::Problem;
use crate::settings::Limits;
use crate::state::ServiceState;

/// Metadata of a model.
#[derive(Serialize, JsonSchema)]
struct ModelMetadata {
    /// Name of the model.
    name: String,
    /// The loaded version, the only one that a path can name.
    versions: Vec<String>,
    /// Format of the model.
    platform: &'static str,
    inputs: [TensorDescription; INPUTS.len()],
    outputs: [TensorDescription; OUTPUTS.len()],
    /// The model's threshold, and the limits on requests.
    properties: BTreeMap<&'static str, String>,
}

pub(super) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new()
        .api_route(
            "/v2/models/{model}",
            get_with(metadata::<ModelPath>, |operation| {
                document(operation, "model_metadata")
            }),
        )
        .api_route(
            "/v2/models/{model}/versions/{version}",
            get_with(metadata::<ModelVersionPath>, |operation| {
                name_version(document(operation, "model_version_metadata"))
            }),
        )
}

documented! {
    /// Describe a model in the Open Inference Protocol.
    ///
    /// Other models, and versions that are not loaded, return 404.
    async fn metadata<P>(
        State(state): State<ServiceState>,
        _: Caller,
        path: FromPath<P>,
    ) -> Result<Json<ModelMetadata>, ProtocolError> {
        let model = path.requested.find(&state)?;
        let threshold = model.session().info().threshold;
        let (name, version) = (path.requested.name, model.identity().version);

        Ok(Json(describe_model(name, version, threshold, state.limits())))
    }
}

fn describe_model(name: String, version: u64, threshold: f32, limits: &Limits) -> ModelMetadata {
    let properties = [
        ("threshold", threshold.to_string()),
        ("max_batch_texts", limits.max_batch_texts.to_string()),
        ("max_text_bytes", limits.max_text_bytes.to_string()),
        ("max_body_bytes", limits.max_body_bytes.to_string()),
    ];

    ModelMetadata {
        name,
        versions: vec![version.to_string()],
        platform: PLATFORM,
        inputs: INPUTS,
        outputs: OUTPUTS,
        properties: properties.into(),
    }
}

fn document<'t>(operation: TransformOperation<'t>, id: &str) -> TransformOperation<'t> {
    let example = describe_model("relevance".to_owned(), 3, 0.5, &Limits::DEFAULT);
    let operation = describe(operation, id, TAG, DOCUMENTATION)
        .response_with::<200, Json<ModelMetadata>, _>(|response| response.example(example));
    let operation = errors(operation, key_errors());
    errors(operation, version_errors().chain([Problem::NoModel.into()]))
}
