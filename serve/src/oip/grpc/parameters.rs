//! Parameters of messages.

use std::collections::HashMap;

use crate::oip::grpc::messages::InferParameter;
use crate::oip::grpc::messages::infer_parameter::ParameterChoice;
use crate::oip::invalid_request::InvalidRequest;
use crate::oip::tensors::threshold_of_text;

/// The parameters of a message.
pub(super) type Parameters = HashMap<String, InferParameter>;

/// Name of the only parameter of a request.
const THRESHOLD: &str = "threshold";

/// A request's threshold, if it has one.
#[expect(
    clippy::cast_precision_loss,
    reason = "an integer that is a threshold is 0 or 1"
)]
pub(super) fn threshold(parameters: &Parameters) -> Result<Option<f64>, InvalidRequest> {
    let Some(parameter) = parameters.get(THRESHOLD) else {
        return Ok(None);
    };

    let number = match &parameter.parameter_choice {
        Some(ParameterChoice::DoubleParam(number)) => *number,
        Some(ParameterChoice::Int64Param(number)) => *number as f64,
        Some(ParameterChoice::Uint64Param(number)) => *number as f64,
        Some(ParameterChoice::StringParam(text)) => threshold_of_text(text)?,
        Some(ParameterChoice::BoolParam(value)) => {
            return Err(InvalidRequest::Threshold(value.to_string()));
        }
        None => return Err(InvalidRequest::Threshold(String::new())),
    };
    Ok(Some(number))
}

/// The parameters of a response.
pub(super) fn response(threshold: f32) -> Parameters {
    let choice = ParameterChoice::DoubleParam(f64::from(threshold));
    HashMap::from([(
        THRESHOLD.to_owned(),
        InferParameter {
            parameter_choice: Some(choice),
        },
    )])
}
