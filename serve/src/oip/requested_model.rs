//! Which model and version a request is for.

use std::sync::Arc;

use crate::model::active::ActiveModel;
use crate::model::loaded::LoadedModel;
use crate::oip::error::ProtocolError;
use crate::problem::Problem;
use crate::state::ServiceState;

/// A model's name, and one of its versions or whichever is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestedModel {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
}

impl RequestedModel {
    /// The requested in messages where no version is an empty one.
    pub(crate) fn from_message(name: String, version: String) -> Self {
        Self {
            name,
            version: (!version.is_empty()).then_some(version),
        }
    }

    /// Refuses the name of another model.
    pub(crate) fn check_name(&self, state: &ServiceState) -> Result<(), ProtocolError> {
        let served = &state.model_slot().source().name;
        if &self.name == served {
            return Ok(());
        }
        Err(ProtocolError::UnknownModel {
            asked: self.name.clone(),
            served: served.clone(),
        })
    }

    /// Refuses a version that is not the loaded one.
    pub(crate) fn check_version(&self, model: &LoadedModel) -> Result<(), ProtocolError> {
        let (Some(asked), loaded) = (&self.version, model.manifest().version) else {
            return Ok(());
        };
        if is_number(asked, loaded) {
            return Ok(());
        }
        Err(ProtocolError::UnknownVersion {
            asked: asked.clone(),
            model: self.name.clone(),
            loaded,
        })
    }

    /// Refuses another model and another version than the loaded one, if one is loaded.
    pub(crate) fn check(&self, state: &ServiceState) -> Result<(), ProtocolError> {
        self.check_name(state)?;
        state
            .model_slot()
            .current()
            .map_or(Ok(()), |model| self.check_version(&model))
    }

    /// The model at this requested.
    pub(crate) fn find(&self, state: &ServiceState) -> Result<Arc<ActiveModel>, ProtocolError> {
        self.check(state)?;
        Ok(state.model_slot().current().ok_or(Problem::NoModel)?)
    }
}

/// Whether the text is the number in decimal digits.
fn is_number(text: &str, number: u64) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse() == Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_decimal_numbers() {
        for (text, want) in [
            ("3", true),
            ("03", true),
            ("+3", false),
            (" 3", false),
            ("", false),
            ("v3", false),
        ] {
            assert_eq!(is_number(text, 3), want, "{text:?}");
        }
        assert!(!is_number("99999999999999999999", 3));
    }
}
