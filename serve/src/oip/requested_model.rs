//! The model and version that a request names.

use std::sync::Arc;

use crate::model::active::ActiveModel;
use crate::model::loaded::LoadedModel;
use crate::oip::error::ProtocolError;
use crate::problem::Problem;
use crate::state::ServiceState;

/// Name of a model, and optionally the number of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestedModel {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
}

impl RequestedModel {
    /// Parses the fields of a message, in which an empty version stands for none.
    pub(crate) fn from_message(name: String, version: String) -> Self {
        Self {
            name,
            version: (!version.is_empty()).then_some(version),
        }
    }

    /// Rejects the name of another model; the error names the service's one if no key is needed.
    pub(crate) fn check_name(&self, state: &ServiceState) -> Result<(), ProtocolError> {
        let name = state.name();
        if self.name == name {
            return Ok(());
        }
        let is_open = state.settings().keys.is_empty();
        Err(ProtocolError::UnknownModel {
            requested: self.name.clone(),
            name: is_open.then(|| name.to_owned()),
        })
    }

    /// Rejects a version that is not loaded.
    pub(crate) fn check_version(&self, model: &LoadedModel) -> Result<(), ProtocolError> {
        let (Some(requested), loaded) = (&self.version, model.identity().version) else {
            return Ok(());
        };
        if is_number(requested, loaded) {
            return Ok(());
        }
        Err(ProtocolError::UnknownVersion {
            requested: requested.clone(),
            model: self.name.clone(),
            loaded,
        })
    }

    /// Rejects another model, and a version that is not loaded.
    pub(crate) fn check(&self, state: &ServiceState) -> Result<(), ProtocolError> {
        self.check_name(state)?;
        state
            .model_slot()
            .current()
            .map_or(Ok(()), |model| self.check_version(&model))
    }

    /// The active model, if it is the requested one.
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
