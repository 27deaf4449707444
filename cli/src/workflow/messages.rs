//! Messages of a run: its progress, and the texts of the data in them.

use relevance_data::DataError;
use relevance_data::check::Report;
use relevance_train::{GateFailure, TrainError};

use crate::progress::Progress;

/// Replaces a text in a message.
const NOT_SHOWN: &str = "a text that is not shown";

/// Where messages of a run go, and the texts of the data in them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Messages {
    pub(crate) progress: Progress,
    pub(crate) texts: ShownTexts,
}

/// Maximum number of texts of the data that a step shows in its messages; 0 hides all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownTexts(pub usize);

impl Default for ShownTexts {
    fn default() -> Self {
        Self(10)
    }
}

impl ShownTexts {
    /// Returns whether no text may be shown.
    pub(crate) const fn are_hidden(self) -> bool {
        self.0 == 0
    }

    /// Removes the values in an error of reading or training, which are texts when columns are
    /// confused.
    pub(crate) fn redact_error(self, error: anyhow::Error) -> anyhow::Error {
        if !self.are_hidden() {
            return error;
        }
        match error.downcast::<DataError>() {
            Ok(error) => error.redacted().into(),
            Err(error) => match error.downcast::<TrainError>() {
                Ok(error) => error.redacted().into(),
                Err(error) => error,
            },
        }
    }

    /// Removes the values of the label column from a report, which are texts when columns are
    /// confused.
    pub(crate) fn redact_report(self, report: Report) -> Report {
        if self.are_hidden() {
            report.redacted()
        } else {
            report
        }
    }

    /// Removes the example of a failed model check.
    pub(crate) fn redact_failure(self, failure: GateFailure) -> GateFailure {
        match failure {
            GateFailure::ModelCheck {
                check,
                checked,
                failed,
                ..
            } if self.are_hidden() => GateFailure::ModelCheck {
                check,
                checked,
                failed,
                example: NOT_SHOWN.to_owned(),
            },
            failure => failure,
        }
    }
}
