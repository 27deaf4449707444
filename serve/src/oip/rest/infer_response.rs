//! Responses to requests for inference as JSON, with or without binary tensors after it.

use axum::Json;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::oip::infer::Inferred;
use crate::oip::rest::infer_request::OutputSelection;
use crate::oip::tensors::{Elements, Tensor};

/// Header with the length of the JSON, if binary tensors follow it.
pub(super) const JSON_LENGTH: HeaderName =
    HeaderName::from_static("inference-header-content-length");
/// The header in the notation of the protocol.
pub(super) const JSON_LENGTH_NAME: &str = "Inference-Header-Content-Length";
/// Content type of JSON followed by binary tensors.
pub(super) const OCTETS: &str = "application/octet-stream";

/// The predictions as tensors.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "InferenceResponse")]
pub(super) struct InferResponse {
    /// Name of the model that predicted.
    pub(super) model_name: String,
    /// Number of the version that predicted.
    pub(super) model_version: String,
    /// Id of the request, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    pub(super) parameters: ResponseParameters,
    pub(super) outputs: Vec<ResponseOutput>,
}

/// Parameters of the response.
#[derive(Serialize, JsonSchema)]
pub(super) struct ResponseParameters {
    /// Probability from which a text is relevant.
    pub(super) threshold: f32,
}

/// An output.
#[derive(Serialize, JsonSchema)]
pub(super) struct ResponseOutput {
    /// `probability`, `label` or `known_terms`.
    pub(super) name: &'static str,
    /// `FP32`, `BYTES` or `INT64`.
    pub(super) datatype: &'static str,
    /// The shape of the input.
    pub(super) shape: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parameters: Option<OutputSize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Data>,
}

/// Parameters of a binary output.
#[derive(Serialize, JsonSchema)]
pub(super) struct OutputSize {
    /// Size of the tensor after the JSON, instead of `data`.
    binary_data_size: usize,
}

/// Elements of an output.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Data {
    Floats(Vec<f32>),
    Texts(Vec<String>),
    Integers(Vec<i64>),
}

impl InferResponse {
    /// The response to a request with this id.
    pub(super) fn respond(
        inferred: &Inferred,
        wanted: &[OutputSelection],
        id: Option<String>,
    ) -> Response {
        let mut binary = Vec::new();
        let outputs = inferred.tensors().zip(wanted);
        let outputs = outputs
            .map(|(tensor, wanted)| ResponseOutput::new(tensor, wanted.is_binary, &mut binary));

        let response = Self {
            outputs: outputs.collect(),
            model_name: inferred.model().to_owned(),
            model_version: inferred.version(),
            id,
            parameters: ResponseParameters {
                threshold: inferred.threshold(),
            },
        };

        if wanted.iter().any(|wanted| wanted.is_binary) {
            response.with_binary(&binary)
        } else {
            Json(response).into_response()
        }
    }

    fn with_binary(&self, binary: &[u8]) -> Response {
        let mut body = serde_json::to_vec(self).expect("every key of a response is a string");
        let length = body.len();
        body.extend_from_slice(binary);
        (
            [
                (JSON_LENGTH, length.to_string()),
                (header::CONTENT_TYPE, OCTETS.to_owned()),
            ],
            body,
        )
            .into_response()
    }
}

impl ResponseOutput {
    fn new(tensor: Tensor<'_>, is_binary: bool, binary: &mut Vec<u8>) -> Self {
        let Tensor {
            output,
            shape,
            elements,
        } = tensor;

        let (mut parameters, mut data) = (None, None);
        if is_binary {
            let bytes = elements.to_bytes();
            parameters = Some(OutputSize {
                binary_data_size: bytes.len(),
            });
            binary.extend(bytes);
        } else {
            data = Some(elements.into());
        }

        Self {
            name: output.name(),
            datatype: output.datatype(),
            shape,
            parameters,
            data,
        }
    }
}

impl From<Elements<'_>> for Data {
    fn from(elements: Elements<'_>) -> Self {
        match elements {
            Elements::Floats(floats) => Self::Floats(floats),
            Elements::Integers(integers) => Self::Integers(integers),
            Elements::Texts(texts) => Self::Texts(texts.into_iter().map(str::to_owned).collect()),
        }
    }
}
