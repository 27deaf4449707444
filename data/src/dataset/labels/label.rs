//! Labels and their spellings in tables.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Label that a person gave a sentence: 0, 1 and 2 in the column `class_label`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Label {
    /// The sentence is not about the subject.
    #[serde(rename = "Not Relevant")]
    NotRelevant = 0,
    /// The sentence is about the subject.
    #[serde(rename = "Relevant")]
    Relevant = 1,
    /// The person could not decide.
    #[serde(rename = "Can't Decide")]
    CantDecide = 2,
}

impl Label {
    /// Every label, in the order of the numbers.
    pub const ALL: [Self; 3] = [Self::NotRelevant, Self::Relevant, Self::CantDecide];

    /// Returns the label's spelling in the column `choose_one`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotRelevant => "Not Relevant",
            Self::Relevant => "Relevant",
            Self::CantDecide => "Can't Decide",
        }
    }

    /// Returns the label's number in the column `class_label`: 0, 1 or 2.
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

/// Error of parsing a [`Label`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown label `{}`; accepted are `Not Relevant` (or 0), `Relevant` (or 1) and `Can't Decide` \
     (or 2)",
    value.escape_debug()
)]
pub struct ParseLabelError {
    /// The value in the source.
    pub value: String,
}

impl FromStr for Label {
    type Err = ParseLabelError;

    /// Parses the name or the number, regardless of surrounding whitespace, case and a curly
    /// apostrophe.
    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let trimmed = value.trim();
        match trimmed {
            "0" => return Ok(Self::NotRelevant),
            "1" => return Ok(Self::Relevant),
            "2" => return Ok(Self::CantDecide),
            _ => {}
        }

        let exact = Self::ALL
            .into_iter()
            .find(|label| label.as_str() == trimmed);
        if let Some(label) = exact {
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
    fn every_spelling_of_a_label_is_parsed() {
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
    fn other_values_are_errors_that_list_the_accepted_ones() {
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
    fn display_and_number_parse_back_to_the_label() {
        for label in Label::ALL {
            assert_eq!(label.to_string().parse(), Ok(label));
            assert_eq!(label.number().to_string().parse(), Ok(label));
        }
    }
}
