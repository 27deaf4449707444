//! What a person said of a sentence, and how tables spell it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a person said of a sentence: 0, 1 and 2 in the column `class_label`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Label {
    /// The sentence is not about the subject.
    #[serde(rename = "Not Relevant")]
    NotRelevant = 0,
    /// The sentence is about the subject.
    #[serde(rename = "Relevant")]
    Relevant = 1,
    /// The person could not say.
    #[serde(rename = "Can't Decide")]
    CantDecide = 2,
}

impl Label {
    /// Every label, in the order of its number.
    pub const ALL: [Self; 3] = [Self::NotRelevant, Self::Relevant, Self::CantDecide];

    /// The label as the column `choose_one` spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotRelevant => "Not Relevant",
            Self::Relevant => "Relevant",
            Self::CantDecide => "Can't Decide",
        }
    }

    /// The label's number in the column `class_label`: 0, 1 or 2.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

impl fmt::Display for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A value that is no label.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown label `{}`; accepted are `Not Relevant` (or 0), `Relevant` (or 1) and `Can't Decide` (or 2)",
    value.escape_debug()
)]
pub struct ParseLabelError {
    /// The value as it stands in the source.
    pub value: String,
}

impl FromStr for Label {
    type Err = ParseLabelError;

    /// Takes the name or the number; space around it, case and a curly apostrophe do not matter.
    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let trimmed = value.trim();
        match trimmed {
            "0" => return Ok(Self::NotRelevant),
            "1" => return Ok(Self::Relevant),
            "2" => return Ok(Self::CantDecide),
            _ => {}
        }
        if let Some(label) = Self::ALL
            .into_iter()
            .find(|label| label.as_str() == trimmed)
        {
            return Ok(label);
        }
        let straight = trimmed.replace('\u{2019}', "'");
        Self::ALL
            .into_iter()
            .find(|label| label.as_str().eq_ignore_ascii_case(&straight))
            .ok_or_else(|| ParseLabelError {
                value: value.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_label_is_read() {
        for (value, want) in [
            ("Not Relevant", Label::NotRelevant),
            ("not relevant", Label::NotRelevant),
            ("0", Label::NotRelevant),
            (" Relevant\t", Label::Relevant),
            ("RELEVANT", Label::Relevant),
            ("1\r", Label::Relevant),
            ("Can't Decide", Label::CantDecide),
            ("can\u{2019}t decide", Label::CantDecide),
            ("2", Label::CantDecide),
        ] {
            assert_eq!(value.parse(), Ok(want), "{value:?}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_the_accepted_values() {
        for value in ["", "NULL", "3", "-1", "01", "relevant!", "NotRelevant"] {
            let message = value.parse::<Label>().unwrap_err().to_string();
            assert!(
                message.contains(&format!("`{value}`")),
                "{value:?}: {message}"
            );
            for accepted in ["Not Relevant", "Relevant", "Can't Decide", "0", "1", "2"] {
                assert!(message.contains(accepted), "{value:?}: {message}");
            }
        }
    }

    #[test]
    fn display_and_number_are_read_back() {
        for label in Label::ALL {
            assert_eq!(label.to_string().parse(), Ok(label));
            assert_eq!(label.number().to_string().parse(), Ok(label));
        }
    }
}
