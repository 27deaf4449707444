//! Errors of requests for inference, over HTTP and gRPC.

use crate::oip::binary::BinaryError;
use crate::oip::tensor_names::{INPUT, Output};

/// Why a request for inference is invalid.
#[derive(Debug, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum InvalidRequest {
    #[error("the body is not a request of this call: {0}")]
    Body(String),
    #[error("the path is not UTF-8 once it is percent-decoded: {0}")]
    Path(String),
    #[error("the request has {0} inputs, it must have one, `{INPUT}`")]
    InputCount(usize),
    #[error("the request names {0} outputs, the model has only {known}", known = Output::LIST)]
    OutputCount(usize),
    #[error("input `{0}` does not exist; the model's only input is `{INPUT}`")]
    UnknownInput(String),
    #[error("input `{INPUT}` has datatype `{0}`, it must be `BYTES`")]
    Datatype(String),
    #[error("input `{INPUT}` has shape {0:?}, it must be [N] or [N, 1]")]
    Shape(Vec<i64>),
    #[error(
        "input `{INPUT}` has shape {shape:?}, which does not match the {got} elements that were sent"
    )]
    ElementCount { shape: Vec<i64>, got: usize },
    #[error(
        "input `{INPUT}` has shape {0:?}, but each text is in a list of its own, as with [N, 1]"
    )]
    NestedData(Vec<i64>),
    #[error("output `{0}` does not exist; the model's outputs are {known}", known = Output::LIST)]
    UnknownOutput(String),
    #[error("output `{}` is requested twice", .0.name())]
    RepeatedOutput(Output),
    #[error(
        "parameter `{parameter}` of {holder} is not supported; leave it out: the supported ones are {known}"
    )]
    UnsupportedParameter {
        parameter: String,
        holder: &'static str,
        known: &'static str,
    },
    #[error("parameter `content_type` is `{0}`, it must be `str`: send the texts as they are")]
    ContentType(String),
    #[error("parameter `threshold` is `{0}`, it must be a number from 0 to 1")]
    Threshold(String),
    #[error("input `{INPUT}` has neither `data` nor the parameter `binary_data_size`")]
    NoData,
    #[error(
        "input `{INPUT}` has both `data` and the parameter `binary_data_size`; send one of them"
    )]
    DataTwice,
    #[error(
        "the header `{header}` is `{got}`, it must be the length of the JSON in bytes, at most the body's {body_bytes}"
    )]
    JsonLength {
        header: &'static str,
        got: String,
        body_bytes: usize,
    },
    #[error("parameter `binary_data_size` is {size}, but {got} bytes follow the JSON")]
    BinarySize { size: u64, got: usize },
    #[error("input `{INPUT}` in binary: {0}")]
    Binary(#[from] BinaryError),
    #[error("parameter `{0}` is not supported: the model file has all settings; leave it out")]
    LoadParameter(String),
    #[error("the request has both `raw_input_contents` and `contents`; send one of them")]
    ContentsTwice,
    #[error("the request has {0} `raw_input_contents`, it must have one per input")]
    RawInputCount(usize),
    #[error("input `{INPUT}` must have its texts in `bytes_contents` alone")]
    OtherContents,
}
