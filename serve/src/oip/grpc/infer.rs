//! From messages to texts, and from predictions to messages.

use std::borrow::Cow;

use crate::oip::binary::{read_texts, utf8};
use crate::oip::grpc::messages::model_infer_request::InferInputTensor;
use crate::oip::grpc::messages::model_infer_response::InferOutputTensor;
use crate::oip::grpc::messages::{InferTensorContents, ModelInferRequest, ModelInferResponse};
use crate::oip::grpc::parameters::{self, Holder};
use crate::oip::infer::Inferred;
use crate::oip::invalid_request::InvalidRequest;
use crate::oip::tensor_names::Output;
use crate::oip::tensors::{Elements, Input, Tensor, check_input, requested_outputs};

/// The texts of a request.
pub(super) fn input(request: &ModelInferRequest) -> Result<Input<'_>, InvalidRequest> {
    let [input] = &request.inputs[..] else {
        return Err(InvalidRequest::InputCount(request.inputs.len()));
    };
    check_input(&input.name, &input.datatype)?;
    Holder::Input.check(&input.parameters)?;

    let texts = match &request.raw_input_contents[..] {
        [] => typed_texts(input)?,
        _ if input.contents.is_some() => return Err(InvalidRequest::ContentsTwice),
        [raw] => read_texts(raw)?,
        more => return Err(InvalidRequest::RawInputCount(more.len())),
    };
    Input::new(texts, &input.shape)
}

fn typed_texts(input: &InferInputTensor) -> Result<Vec<Cow<'_, str>>, InvalidRequest> {
    let Some(InferTensorContents {
        bytes_contents,
        bool_contents,
        int_contents,
        int64_contents,
        uint_contents,
        uint64_contents,
        fp32_contents,
        fp64_contents,
    }) = &input.contents
    else {
        return Ok(Vec::new());
    };

    let has_others = !(bool_contents.is_empty()
        && int_contents.is_empty()
        && int64_contents.is_empty()
        && uint_contents.is_empty()
        && uint64_contents.is_empty()
        && fp32_contents.is_empty()
        && fp64_contents.is_empty());
    if has_others {
        return Err(InvalidRequest::OtherContents);
    }

    let texts = bytes_contents.iter().enumerate();
    texts
        .map(|(element, bytes)| Ok(Cow::Borrowed(utf8(bytes, element)?)))
        .collect()
}

/// The outputs that a request names, in its order.
pub(super) fn outputs(request: &ModelInferRequest) -> Result<Vec<Output>, InvalidRequest> {
    for output in &request.outputs {
        Holder::Output.check(&output.parameters)?;
    }
    requested_outputs(request.outputs.iter().map(|output| output.name.as_str()))
}

/// The response, with raw contents if the request has them.
pub(super) fn respond(inferred: &Inferred, id: String, is_raw: bool) -> ModelInferResponse {
    let mut response = ModelInferResponse {
        model_name: inferred.model().to_owned(),
        model_version: inferred.version(),
        id,
        parameters: parameters::response(inferred.threshold()),
        ..ModelInferResponse::default()
    };

    for Tensor {
        output,
        shape,
        elements,
    } in inferred.tensors()
    {
        let mut tensor = InferOutputTensor {
            name: output.name().to_owned(),
            datatype: output.datatype().to_owned(),
            shape,
            ..InferOutputTensor::default()
        };
        if is_raw {
            response.raw_output_contents.push(elements.to_bytes());
        } else {
            tensor.contents = Some(contents(elements));
        }
        response.outputs.push(tensor);
    }
    response
}

fn contents(elements: Elements<'_>) -> InferTensorContents {
    let mut contents = InferTensorContents::default();
    match elements {
        Elements::Floats(floats) => contents.fp32_contents = floats,
        Elements::Integers(integers) => contents.int64_contents = integers,
        Elements::Texts(texts) => {
            contents.bytes_contents = texts
                .into_iter()
                .map(|text| text.as_bytes().to_vec())
                .collect();
        }
    }
    contents
}
