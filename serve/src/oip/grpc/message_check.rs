//! Check of an inference request before it is decoded, so that its memory is in proportion to its
//! bytes.
//!
//! An empty tensor takes two bytes on the wire and hundreds when decoded. Every other field takes
//! at most a small multiple of its bytes.

use prost::DecodeError;
use prost::encoding::{DecodeContext, decode_key, skip_field};

use crate::oip::invalid_request::InvalidRequest;
use crate::oip::tensor_names::Output;

/// Tag of `ModelInferRequest.inputs`.
const INPUTS: u32 = 5;
/// Tag of `ModelInferRequest.outputs`.
const OUTPUTS: u32 = 6;

/// Counts of the tensors in a message.
#[derive(Debug, Default)]
struct TensorCounts {
    inputs: usize,
    outputs: usize,
}

/// Rejects an inference request with more tensors than the model has.
///
/// A malformed message passes if it has no more up to there: decoding it fails at the same byte.
pub(super) fn check_tensor_counts(message: &[u8]) -> Result<(), InvalidRequest> {
    let TensorCounts { inputs, outputs } = TensorCounts::scan(message);

    if inputs > 1 {
        return Err(InvalidRequest::InputCount(inputs));
    }
    if outputs > Output::ALL.len() {
        return Err(InvalidRequest::OutputCount(outputs));
    }

    Ok(())
}

impl TensorCounts {
    /// Counts the tensors of a message without decoding them, up to its end or where it is
    /// malformed.
    fn scan(mut message: &[u8]) -> Self {
        let mut counts = Self::default();
        while !message.is_empty() && counts.add_field(&mut message).is_ok() {}
        counts
    }

    /// Counts the next field, and removes it from the message.
    fn add_field(&mut self, message: &mut &[u8]) -> Result<(), DecodeError> {
        let (tag, wire_type) = decode_key(message)?;
        match tag {
            INPUTS => self.inputs += 1,
            OUTPUTS => self.outputs += 1,
            _ => {}
        }
        skip_field(wire_type, tag, message, DecodeContext::default())
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;
    use crate::oip::grpc::messages::ModelInferRequest;
    use crate::oip::grpc::messages::model_infer_request::{
        InferInputTensor, InferRequestedOutputTensor,
    };

    #[test]
    fn tensors_are_counted_by_the_tags_of_the_message() {
        let request = ModelInferRequest {
            model_name: "relevance".to_owned(),
            id: "1".to_owned(),
            inputs: vec![InferInputTensor::default(); 2],
            outputs: vec![InferRequestedOutputTensor::default(); 3],
            raw_input_contents: vec![vec![0; 300]; 4],
            ..ModelInferRequest::default()
        };
        let message = request.encode_to_vec();
        // The second time with bytes at the end that are no field.
        for message in [message.clone(), [message, vec![0xff; 3]].concat()] {
            let counts = TensorCounts::scan(&message);
            assert_eq!((counts.inputs, counts.outputs), (2, 3));
            assert!(check_tensor_counts(&message).is_err());
        }
    }

    #[test]
    fn a_malformed_message_is_left_to_the_decoder() {
        for message in [&[0x2a, 0xff][..], &[0xff; 11], &[0x2b]] {
            assert!(ModelInferRequest::decode(message).is_err(), "{message:?}");
            assert!(check_tensor_counts(message).is_ok(), "{message:?}");
        }
    }
}
