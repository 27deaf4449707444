//! Parameters of a request for inference, of its input and of its outputs.
//!
//! Unknown parameters are rejected: a misspelt one would change the response without a word.

use std::fmt;

use schemars::JsonSchema;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::oip::invalid_request::InvalidRequest;
use crate::oip::tensors::{check_content_type, threshold_of_text};

/// Parameters of the request.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestParameters {
    threshold: Option<Threshold>,
    /// Whether outputs are binary by default.
    binary_data_output: Option<bool>,
    /// `str`.
    #[schemars(extend("const" = "str"))]
    content_type: Option<String>,
    /// Has no effect: the queue has no priorities.
    #[expect(dead_code, reason = "clients of Triton send it")]
    priority: Option<u64>,
    /// Has no effect: `--max-wait-ms` limits the wait of every request.
    #[expect(dead_code, reason = "clients of Triton send it")]
    timeout: Option<u64>,
}

/// Probability from which a text is relevant, instead of the model's: a number, also as text.
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
enum Threshold {
    Number(f64),
    Text(String),
}

/// Parameters of an input.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InputParameters {
    /// Size of the tensor after the JSON, instead of `data`.
    binary_data_size: Option<u64>,
    /// `str`.
    #[schemars(extend("const" = "str"))]
    content_type: Option<String>,
}

/// Parameters of an output.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OutputParameters {
    /// Whether the output is binary.
    binary_data: Option<bool>,
    /// `str`.
    #[schemars(extend("const" = "str"))]
    content_type: Option<String>,
}

impl RequestParameters {
    /// The request's threshold, if it has one.
    pub(super) fn threshold(&self) -> Result<Option<f64>, InvalidRequest> {
        check_content_type(self.content_type.as_deref())?;

        let threshold = self.threshold.as_ref().map(|threshold| match threshold {
            Threshold::Number(number) => Ok(*number),
            Threshold::Text(text) => threshold_of_text(text),
        });
        threshold.transpose()
    }

    /// Whether outputs are binary unless they choose.
    pub(super) fn is_binary_by_default(&self) -> bool {
        self.binary_data_output.unwrap_or(false)
    }
}

impl InputParameters {
    /// Size of the tensor after the JSON, if it is there.
    pub(super) fn binary_size(&self) -> Result<Option<u64>, InvalidRequest> {
        check_content_type(self.content_type.as_deref())?;
        Ok(self.binary_data_size)
    }
}

impl OutputParameters {
    /// Whether the output is binary, if it chooses.
    pub(super) fn is_binary(&self) -> Result<Option<bool>, InvalidRequest> {
        check_content_type(self.content_type.as_deref())?;
        Ok(self.binary_data)
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
