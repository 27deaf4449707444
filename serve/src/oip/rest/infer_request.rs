//! Requests for inference as JSON, with or without binary tensors after it.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeSeed, Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::oip::binary::read_texts;
use crate::oip::invalid_request::InvalidRequest;
use crate::oip::tensor_names::Output;
use crate::oip::tensors::{Input, check_input, requested_outputs, threshold_of_text};

/// Texts to classify, in the Open Inference Protocol; unknown fields and parameters are ignored.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "InferenceRequest")]
pub(super) struct InferRequest {
    /// Id that the response repeats.
    pub(super) id: Option<String>,
    pub(super) parameters: Option<RequestParameters>,
    /// The model's only input, `text`.
    #[schemars(length(min = 1, max = 1))]
    inputs: Vec<RequestInput>,
    /// The requested outputs, in their order; all if there are none.
    outputs: Option<Vec<RequestOutput>>,
}

/// Parameters of the request.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct RequestParameters {
    threshold: Option<Threshold>,
    /// Whether outputs are binary by default.
    binary_data_output: Option<bool>,
}

/// Probability from which a text is relevant, instead of the model's: a number, also as text.
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
enum Threshold {
    Number(f64),
    Text(String),
}

/// A tensor of texts.
#[derive(Debug, Deserialize, JsonSchema)]
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

/// Parameters of an input.
#[derive(Debug, Default, Deserialize, JsonSchema)]
struct InputParameters {
    /// Size of the tensor after the JSON, instead of `data`.
    binary_data_size: Option<u64>,
}

/// A requested output.
#[derive(Debug, Deserialize, JsonSchema)]
struct RequestOutput {
    /// `probability` or `label`.
    #[schemars(extend("enum" = ["probability", "label"]))]
    name: String,
    parameters: Option<OutputParameters>,
}

/// Parameters of an output.
#[derive(Debug, Default, Deserialize, JsonSchema)]
struct OutputParameters {
    /// Whether the output is binary.
    binary_data: Option<bool>,
    #[schemars(skip)]
    classification: Option<u64>,
    #[schemars(skip)]
    shared_memory_region: Option<String>,
}

/// A requested output, and its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OutputSelection {
    pub(super) output: Output,
    pub(super) is_binary: bool,
}

/// Texts in a list, or in nested lists, row by row.
#[derive(Debug)]
struct Texts(Vec<String>);

impl InferRequest {
    /// The texts, from `data` or from the bytes after the JSON.
    pub(super) fn take_input<'a>(&mut self, binary: &'a [u8]) -> Result<Input<'a>, InvalidRequest> {
        let [input] = &mut self.inputs[..] else {
            return Err(InvalidRequest::InputCount(self.inputs.len()));
        };
        check_input(&input.name, &input.datatype)?;

        let size = input
            .parameters
            .as_ref()
            .and_then(|parameters| parameters.binary_data_size);
        if size.unwrap_or(0) != binary.len() as u64 {
            return Err(InvalidRequest::BinarySize {
                size: size.unwrap_or(0),
                got: binary.len(),
            });
        }

        let texts = match (input.data.take(), size) {
            (Some(_), Some(_)) => return Err(InvalidRequest::DataTwice),
            (None, None) => return Err(InvalidRequest::NoData),
            (Some(Texts(texts)), None) => texts.into_iter().map(Cow::Owned).collect(),
            (None, Some(_)) => read_texts(binary)?,
        };

        Input::new(texts, &input.shape)
    }

    /// The request's threshold, if it has one.
    pub(super) fn threshold(&self) -> Result<Option<f64>, InvalidRequest> {
        let threshold = self
            .parameters
            .as_ref()
            .and_then(|parameters| parameters.threshold.as_ref());
        let threshold = threshold.map(|threshold| match threshold {
            Threshold::Number(number) => Ok(*number),
            Threshold::Text(text) => threshold_of_text(text),
        });
        threshold.transpose()
    }

    /// The requested outputs, in their order.
    pub(super) fn wanted(&self) -> Result<Vec<OutputSelection>, InvalidRequest> {
        let by_default = self
            .parameters
            .as_ref()
            .and_then(|parameters| parameters.binary_data_output);
        let by_default = by_default.unwrap_or(false);

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
        let Some(parameters) = &self.parameters else {
            return Ok(by_default);
        };

        // These must not be ignored, since the client would misread the response.
        if parameters.classification.is_some() {
            return Err(InvalidRequest::UnsupportedParameter {
                parameter: "classification",
            });
        }
        if parameters.shared_memory_region.is_some() {
            return Err(InvalidRequest::UnsupportedParameter {
                parameter: "shared_memory_region",
            });
        }
        Ok(parameters.binary_data.unwrap_or(by_default))
    }
}

impl<'de> Deserialize<'de> for Threshold {
    // `untagged` would hold any JSON in memory, at many times its size, before it looks at it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberOrText)
    }
}

/// Visitor of a threshold.
struct NumberOrText;

impl Visitor<'_> for NumberOrText {
    type Value = Threshold;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("`threshold` as a number, or a number as text")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Threshold, E> {
        Ok(Threshold::Number(number))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "an integer that is a threshold is 0 or 1"
    )]
    fn visit_u64<E: Error>(self, number: u64) -> Result<Threshold, E> {
        Ok(Threshold::Number(number as f64))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "no negative integer is a threshold"
    )]
    fn visit_i64<E: Error>(self, number: i64) -> Result<Threshold, E> {
        Ok(Threshold::Number(number as f64))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Threshold, E> {
        Ok(Threshold::Text(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut texts = Vec::new();
        deserializer.deserialize_seq(Elements(&mut texts))?;
        Ok(Self(texts))
    }
}

/// Visitor that collects the elements of a list.
struct Elements<'v>(&'v mut Vec<String>);

/// Seed and visitor that collects an element, or the elements of a list.
struct Element<'v>(&'v mut Vec<String>);

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of strings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        while sequence.next_element_seed(Element(self.0))?.is_some() {}
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string or a list of strings")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<(), E> {
        self.0.push(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<(), A::Error> {
        Elements(self.0).visit_seq(sequence)
    }
}

impl JsonSchema for Texts {
    fn schema_name() -> Cow<'static, str> {
        "TextElements".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // One list deep, as the shapes are: the generators of clients take no type that contains
        // itself.
        json_schema!({
            "description": "Texts in a list, or in nested lists, row by row.",
            "type": "array",
            "items": { "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
        })
    }
}
