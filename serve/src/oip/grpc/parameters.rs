//! Parameters of messages.

use std::collections::{BTreeMap, HashMap};

use crate::oip::grpc::messages::InferParameter;
use crate::oip::grpc::messages::infer_parameter::ParameterChoice;
use crate::oip::invalid_request::InvalidRequest;
use crate::oip::tensors::{CONTENT_TYPE, check_content_type, threshold_of_text};

/// The parameters of a message.
pub(super) type Parameters = HashMap<String, InferParameter>;

/// Name of the parameter with a threshold.
const THRESHOLD: &str = "threshold";

/// Part of a request that has parameters.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holder {
    Request,
    Input,
    Output,
}

impl Holder {
    /// Rejects parameters that would change the meaning of the request, were they known.
    pub(super) fn check(self, parameters: &Parameters) -> Result<(), InvalidRequest> {
        // In their order, so that the error is the same each time.
        let sorted: BTreeMap<_, _> = parameters.iter().collect();
        sorted
            .into_iter()
            .try_for_each(|(name, value)| self.check_one(name, value))
    }

    fn check_one(self, name: &str, parameter: &InferParameter) -> Result<(), InvalidRequest> {
        let (holder, known) = match (self, name) {
            (_, CONTENT_TYPE) => {
                return match &parameter.parameter_choice {
                    Some(ParameterChoice::StringParam(text)) => check_content_type(Some(text)),
                    _ => Err(InvalidRequest::ContentType("not a string".to_owned())),
                };
            }
            (Self::Request, THRESHOLD | "priority" | "timeout") => return Ok(()),
            (Self::Request, _) => ("the request", "`threshold`"),
            (Self::Input, _) => ("input `text`", "`content_type`"),
            (Self::Output, _) => ("an output", "`content_type`"),
        };

        Err(InvalidRequest::UnsupportedParameter {
            parameter: name.to_owned(),
            holder,
            known,
        })
    }
}

/// A request's threshold, if it has one.
#[expect(
    clippy::cast_precision_loss,
    reason = "an integer that is a threshold is 0 or 1"
)]
pub(super) fn threshold(parameters: &Parameters) -> Result<Option<f64>, InvalidRequest> {
    Holder::Request.check(parameters)?;
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
