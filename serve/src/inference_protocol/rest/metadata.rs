//! GET `/v2/models/{model}`, with a version or without: the model's tensors.

use std::collections::BTreeMap;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::TAG;
use super::documentation::{address_errors, errors, key_errors};
use super::path::At;
use crate::documentation::{describe, documented};
use crate::inference_protocol::ProtocolError;
use crate::inference_protocol::access::Caller;
use crate::inference_protocol::address::{OfModel, OfVersion};
use crate::inference_protocol::metadata::{INPUTS, OUTPUTS, PLATFORM, TensorDescription};
use crate::problem::Problem;
use crate::{Limits, ServiceState};

/// A model, as tensors.
#[derive(Serialize, JsonSchema)]
struct ModelMetadata {
    /// The model's name.
    name: String,
    /// The version that is loaded, the only one that a path can name.
    versions: Vec<String>,
    /// What kind of file the model is.
    platform: &'static str,
    inputs: [TensorDescription; INPUTS.len()],
    outputs: [TensorDescription; OUTPUTS.len()],
    /// The threshold that is the model's own, and the limits that requests must keep.
    properties: BTreeMap<&'static str, String>,
}

pub(super) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new()
        .api_route(
            "/v2/models/{model}",
            get_with(metadata::<OfModel>, |operation| {
                document(operation, "model_metadata")
            }),
        )
        .api_route(
            "/v2/models/{model}/versions/{version}",
            get_with(metadata::<OfVersion>, |operation| {
                document(operation, "model_version_metadata")
            }),
        )
}

documented! {
    /// Describe a model in the Open Inference Protocol.
    ///
    /// Only the model that is served has an answer, and only the version that is loaded.
    async fn metadata<P>(
        State(state): State<ServiceState>,
        _: Caller,
        at: At<P>,
    ) -> Result<Json<ModelMetadata>, ProtocolError> {
        let model = at.address.find(&state)?;
        let threshold = model.session().info().threshold;
        Ok(Json(describe_model(at.address.name, model.manifest().version, threshold, state.limits())))
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
    errors(operation, address_errors().chain([Problem::NoModel.into()]))
}
