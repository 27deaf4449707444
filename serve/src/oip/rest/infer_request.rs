//! Requests for inference as JSON, with or without binary tensors after it.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::oip::binary::read_texts;
use crate::oip::invalid_request::InvalidRequest;
use crate::oip::rest::infer_parameters::{InputParameters, OutputParameters, RequestParameters};
use crate::oip::rest::text_elements::Texts;
use crate::oip::tensor_names::Output;
use crate::oip::tensors::{Form, Input, check_input, requested_outputs};

/// Texts to classify, in the Open Inference Protocol; unknown fields and parameters are rejected.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InferenceRequest")]
pub(super) struct InferRequest {
    /// Id that the response repeats.
    pub(super) id: Option<String>,
    parameters: Option<RequestParameters>,
    /// The model's only input, `text`.
    #[schemars(length(min = 1, max = 1))]
    inputs: Vec<RequestInput>,
    /// The requested outputs, in their order; `probability` and `label` if there are none.
    outputs: Option<Vec<RequestOutput>>,
}

/// A tensor of texts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RequestInput {
    /// `text`.
    #[schemars(extend("const" = "text"))]
    name: String,
    /// `[N]` or `[N, 1]`, for N texts; the outputs have the same shape.
    #[schemars(length(min = 1, max = 2))]
    shape: Vec<i64>,
    /// `BYTES`.
    #[schemars(extend("const" = "BYTES"))]
    datatype: String,
    parameters: Option<InputParameters>,
    data: Option<Texts>,
}

/// A requested output.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RequestOutput {
    /// `probability`, `label` or `known_terms`.
    #[schemars(extend("enum" = ["probability", "label", "known_terms"]))]
    name: String,
    parameters: Option<OutputParameters>,
}

/// A requested output, and its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OutputSelection {
    pub(super) output: Output,
    pub(super) is_binary: bool,
}

impl InferRequest {
    /// The texts, from `data` or from the bytes after the JSON.
    pub(super) fn take_input<'a>(&mut self, binary: &'a [u8]) -> Result<Input<'a>, InvalidRequest> {
        let [input] = &mut self.inputs[..] else {
            return Err(InvalidRequest::InputCount(self.inputs.len()));
        };
        check_input(&input.name, &input.datatype)?;

        let size = match &input.parameters {
            Some(parameters) => parameters.binary_size()?,
            None => None,
        };
        if size.unwrap_or(0) != binary.len() as u64 {
            return Err(InvalidRequest::BinarySize {
                size: size.unwrap_or(0),
                got: binary.len(),
            });
        }

        let (texts, are_nested) = match (input.data.take(), size) {
            (Some(_), Some(_)) => return Err(InvalidRequest::DataTwice),
            (None, None) => return Err(InvalidRequest::NoData),
            (Some(Texts { texts, are_nested }), None) => {
                (texts.into_iter().map(Cow::Owned).collect(), are_nested)
            }
            (None, Some(_)) => (read_texts(binary)?, false),
        };

        let texts = Input::new(texts, &input.shape)?;
        if are_nested && texts.form == Form::Row {
            return Err(InvalidRequest::NestedData(input.shape.clone()));
        }
        Ok(texts)
    }

    /// The request's threshold, if it has one.
    pub(super) fn threshold(&self) -> Result<Option<f64>, InvalidRequest> {
        self.parameters
            .as_ref()
            .map_or(Ok(None), RequestParameters::threshold)
    }

    /// The requested outputs, in their order.
    pub(super) fn wanted(&self) -> Result<Vec<OutputSelection>, InvalidRequest> {
        let by_default = self
            .parameters
            .as_ref()
            .is_some_and(RequestParameters::is_binary_by_default);

        let asked = self.outputs.as_deref().unwrap_or_default();
        let outputs = requested_outputs(asked.iter().map(|output| output.name.as_str()))?;

        let forms = asked
            .iter()
            .map(|output| output.is_binary(by_default))
            .collect::<Result<Vec<_>, _>>()?;
        let forms = forms.into_iter().chain(std::iter::repeat(by_default));
        Ok(outputs
            .into_iter()
            .zip(forms)
            .map(|(output, is_binary)| OutputSelection { output, is_binary })
            .collect())
    }
}

impl RequestOutput {
    fn is_binary(&self, by_default: bool) -> Result<bool, InvalidRequest> {
        let choice = match &self.parameters {
            Some(parameters) => parameters.is_binary()?,
            None => None,
        };
        Ok(choice.unwrap_or(by_default))
    }
}
