//! Names of the two classes.

use serde::{Deserialize, Serialize};

/// Labels of relevant texts and of all others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// Label from the threshold on.
    pub relevant: String,
    /// Label below the threshold.
    pub not_relevant: String,
}

impl Default for Labels {
    fn default() -> Self {
        Self {
            relevant: "Relevant".into(),
            not_relevant: "Not Relevant".into(),
        }
    }
}
