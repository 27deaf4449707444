//! POST `/v2/repository/index`: the versions in the store.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::oip::access::Operator;
use crate::oip::error::ProtocolError;
use crate::oip::repository::{IndexEntry, index};
use crate::oip::rest::body::OptionalJson;
use crate::oip::rest::documentation::{TAG, body_errors, errors, operator_errors};
use crate::openapi::operation::{describe, documented};
use crate::state::ServiceState;

/// Which versions to list.
#[derive(Deserialize, JsonSchema)]
struct IndexRequest {
    /// Whether to list only versions that take requests.
    #[serde(default)]
    ready: bool,
}

pub(super) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route("/v2/repository/index", post_with(list, document))
}

documented! {
    /// List the versions in the store.
    ///
    /// For operators: requires one of the keys in `RELEVANCE_API_KEYS`. The body may be empty.
    async fn list(
        State(state): State<ServiceState>,
        _: Operator,
        OptionalJson(request): OptionalJson<IndexRequest>,
    ) -> Result<Json<Vec<IndexEntry>>, ProtocolError> {
        index(&state, request.ready).await.map(Json)
    }
}

fn document(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let example = vec![
        IndexEntry::unavailable("relevance", 2),
        IndexEntry::ready("relevance", 3),
    ];
    let operation = describe(operation, "repository_index", TAG, DOCUMENTATION)
        .response_with::<200, Json<Vec<IndexEntry>>, _>(|response| response.example(example));
    let operation = errors(operation, operator_errors());
    errors(
        operation,
        body_errors("invalid type: integer `1`, expected a boolean at line 1 column 11"),
    )
}
