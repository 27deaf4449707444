//! POST `/v2/models/{model}/infer`, with or without a version: predictions for texts.

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
use crate::openapi::operation::{documented, name_version};
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
                name_version(document(operation, "infer_version", DOCUMENTATION))
            }),
        )
}

documented! {
    /// Classify texts in the Open Inference Protocol.
    ///
    /// Takes the input `text` and returns the outputs `probability` and `label`; on request also
    /// `known_terms`, the number of different terms of each text that the model knows. Texts are strings
    /// in `data`, flat or nested, or use the binary tensor extension: the header
    /// `Inference-Header-Content-Length` has the length of the JSON, and each text follows the JSON
    /// after its length in four bytes, little-endian. Outputs are binary if their parameter
    /// `binary_data` or the request's `binary_data_output` is true. The request's parameter
    /// `threshold` overrides the model's threshold.
    async fn infer<P>(
        State(state): State<ServiceState>,
        _: Caller,
        id: RequestId,
        path: FromPath<P>,
        body: InferBody,
    ) -> Result<Response, ProtocolError> {
        // The memory of the body stays reserved until the response is known.
        let InferBody { mut request, binary, reservation: _reservation } = body;
        let wanted = request.wanted()?;
        let inference = Inference {
            requested: &path.requested,
            input: request.take_input(&binary)?,
            threshold: request.threshold()?,
            outputs: wanted.iter().map(|wanted| wanted.output).collect(),
        };
        let inferred = state.infer(&id, inference).await?;
        Ok(InferResponse::respond(&inferred, &wanted, request.id))
    }
}
