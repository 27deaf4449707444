//! POST `/v2/repository/models/{model}/load`: loads and activates the version that the store names.

use std::collections::BTreeMap;

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use relevance_models::StoreError;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::ServeError;
use crate::oip::access::Operator;
use crate::oip::error::ProtocolError;
use crate::oip::invalid_request::InvalidRequest;
use crate::oip::model_path::ModelPath;
use crate::oip::repository::{IndexEntry, load};
use crate::oip::rest::body::OptionalJson;
use crate::oip::rest::documentation::{TAG, body_errors, errors, name_errors, operator_errors};
use crate::oip::rest::from_path::FromPath;
use crate::openapi::operation::{describe, documented};
use crate::state::ServiceState;

/// Parameters of a load; a model has none.
#[derive(Deserialize, JsonSchema)]
struct LoadRequest {
    /// Must be empty.
    #[schemars(extend("maxProperties" = 0))]
    parameters: Option<BTreeMap<String, serde_json::Value>>,
}

pub(super) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route(
        "/v2/repository/models/{model}/load",
        post_with(load_model, document),
    )
}

documented! {
    /// Load the version that the store names.
    ///
    /// For operators: requires one of the keys in `RELEVANCE_API_KEYS`. The old version serves
    /// requests until the new one is loaded, and stays if that fails. The body may be empty;
    /// parameters are rejected, since the model file has all settings.
    async fn load_model(
        State(state): State<ServiceState>,
        _: Operator,
        path: FromPath<ModelPath>,
        OptionalJson(request): OptionalJson<LoadRequest>,
    ) -> Result<Json<IndexEntry>, ProtocolError> {
        load(&state, &path.requested, request.parameters.unwrap_or_default().keys()).await.map(Json)
    }
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let operation = describe(operation, "load_model", TAG, DOCUMENTATION)
        .response_with::<200, Json<IndexEntry>, _>(|response| {
            response.example(IndexEntry::ready("relevance", 3))
        });

    let operation = errors(operation, operator_errors());
    let operation = errors(operation, name_errors());
    let operation = errors(
        operation,
        [
            InvalidRequest::LoadParameter("config".to_owned()).into(),
            load_error(),
        ],
    );
    errors(
        operation,
        body_errors("invalid type: integer `1`, expected a map at line 1 column 16"),
    )
}

/// An example of a failed load.
fn load_error() -> ProtocolError {
    let name = || "relevance".to_owned();
    let source = StoreError::UnknownVersion {
        name: name(),
        version: 4,
        versions: vec![2, 3],
    };
    let error = ServeError::Store {
        name: name(),
        location: "models".to_owned(),
        source: source.into(),
    };
    ProtocolError::Load(error.into())
}
