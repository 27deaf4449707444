//! POST `/v2/repository/index`: what the store has.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use aide::transform::TransformOperation;
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;

use super::TAG;
use super::body::OptionalJson;
use super::documentation::{body_errors, errors, operator_errors};
use crate::ServiceState;
use crate::documentation::{describe, documented};
use crate::inference_protocol::ProtocolError;
use crate::inference_protocol::access::Operator;
use crate::inference_protocol::repository::{IndexEntry, index};

/// Which versions to list.
#[derive(Deserialize, JsonSchema)]
struct IndexRequest {
    /// Only versions that take requests.
    #[serde(default)]
    ready: bool,
}

pub(super) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new().api_route("/v2/repository/index", post_with(list, document))
}

documented! {
    /// List the versions in the store.
    ///
    /// For operators: it needs one of the keys in `RELEVANCE_API_KEYS`. The body may be empty.
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
