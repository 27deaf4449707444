//! POST `/v2/repository/models/{model}/unload`: unloads the model.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::oip::access::Operator;
use crate::oip::error::ProtocolError;
use crate::oip::model_path::ModelPath;
use crate::oip::repository::{IndexEntry, ModelState, unload};
use crate::oip::rest::body::OptionalJson;
use crate::oip::rest::documentation::{TAG, body_errors, errors, name_errors, operator_errors};
use crate::oip::rest::from_path::FromPath;
use crate::openapi::operation::{describe, documented};
use crate::state::ServiceState;

/// Parameters of an unload; all are ignored, since no model depends on another.
#[derive(Deserialize, JsonSchema)]
struct UnloadRequest {}

pub(super) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route(
        "/v2/repository/models/{model}/unload",
        post_with(unload_model, document),
    )
}

documented! {
    /// Unload the model.
    ///
    /// For operators: requires one of the keys in `RELEVANCE_API_KEYS`. Until the next load,
    /// predictions return 503 and the service is not ready. The body may be empty.
    async fn unload_model(
        State(state): State<ServiceState>,
        _: Operator,
        path: FromPath<ModelPath>,
        _: OptionalJson<UnloadRequest>,
    ) -> Result<Json<IndexEntry>, ProtocolError> {
        Ok(Json(unload(&state, &path.requested).await?))
    }
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let (name, version) = ("relevance".to_owned(), "3".to_owned());
    let example = IndexEntry {
        name,
        version,
        state: ModelState::Unavailable,
        reason: "unloaded",
    };

    let operation = describe(operation, "unload_model", TAG, DOCUMENTATION)
        .response_with::<200, Json<IndexEntry>, _>(|response| response.example(example));

    let operation = errors(operation, operator_errors());
    let operation = errors(operation, name_errors());
    errors(operation, body_errors("expected an object"))
}
