//! POST `/v2/models/{model}/infer`, with a version or without: texts to verdicts.

use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use axum::extract::State;
use axum::response::Response;

use crate::http::request_id::RequestId;
use crate::oip::access::Caller;
use crate::oip::error::ProtocolError;
use crate::oip::infer::Inference;
use crate::oip::model_path::{ModelPath, ModelVersionPath};
use crate::oip::rest::from_path::FromPath;
use crate::oip::rest::infer_body::InferBody;
use crate::oip::rest::infer_documentation::document;
use crate::oip::rest::infer_response::InferResponse;
use crate::openapi::operation::documented;
use crate::state::ServiceState;

pub(super) fn router() -> ApiRouter<ServiceState> {
    ApiRouter::new()
        .api_route(
            "/v2/models/{model}/infer",
            post_with(infer::<ModelPath>, |operation| {
                document(operation, "infer", DOCUMENTATION)
            }),
        )
        .api_route(
            "/v2/models/{model}/versions/{version}/infer",
            post_with(infer::<ModelVersionPath>, |operation| {
                document(operation, "infer_version", DOCUMENTATION)
            }),
        )
}

documented! {
    /// Judge texts in the Open Inference Protocol.
    ///
    /// Takes the input `text` and gives the outputs `probability` and `label`. Texts come as strings in `data`, flat or nested; or
    /// in the binary tensor extension, where the header `Inference-Header-Content-Length` tells how long the JSON is, and each text
    /// follows it after its length in four bytes, the least significant first. Outputs go back in binary when their parameter
    /// `binary_data` or the request's `binary_data_output` says so. The request's parameter `threshold` stands in for the model's
    /// threshold.
    async fn infer<P>(
        State(state): State<ServiceState>,
        _: Caller,
        id: RequestId,
        path: FromPath<P>,
        body: InferBody,
    ) -> Result<Response, ProtocolError> {
        let InferBody { mut request, binary } = body;
        let wanted = request.wanted()?;
        let inference = Inference {
            requested: &path.requested,
            input: request.take_input(&binary)?,
            threshold: request.threshold()?,
            outputs: wanted.iter().map(|wanted| wanted.output).collect(),
        };
        let inferred = state.infer(&id, inference).await?;
        Ok(InferResponse::answer(&inferred, &wanted, request.id))
    }
}
