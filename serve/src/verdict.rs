//! What the routes that answer with verdicts share.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::LoadedModel;
use crate::documentation::EXAMPLE_TEXT;
use crate::problem::{Limit, Problem};

/// Where a text stands in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextPlace {
    /// The field `text`.
    Single,
    /// An element of the field `texts`, from 0.
    Batch(usize),
    /// An element of the inference protocol's input `text`, from 0.
    Element(usize),
}

/// The text to judge, or to explain the verdict on.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PredictRequest<'r> {
    /// UTF-8, neither empty nor blank; U+0000 counts as a space.
    #[schemars(example = &EXAMPLE_TEXT, length(min = 1), regex(pattern = NOT_BLANK))]
    #[serde(borrow)]
    pub(crate) text: Cow<'r, str>,
    /// The probability from which the text is relevant, in place of the model's.
    #[schemars(range(min = 0, max = 1))]
    pub(crate) threshold: Option<f64>,
}

/// The model that answered.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ModelReference<'r> {
    /// The model's name.
    pub(crate) name: &'r str,
    /// The version's number in the store.
    pub(crate) version: u64,
}

impl fmt::Display for TextPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single => formatter.write_str("`text`"),
            Self::Batch(index) => write!(formatter, "`texts[{index}]`"),
            Self::Element(index) => write!(formatter, "element {index} of input `text`"),
        }
    }
}

impl<'m> ModelReference<'m> {
    pub(crate) fn of(model: &'m LoadedModel) -> Self {
        let manifest = model.manifest();
        Self {
            name: &manifest.name,
            version: manifest.version,
        }
    }
}

/// What a text must match not to be blank: one character besides U+0000 and Unicode's white space.
pub(crate) const NOT_BLANK: &str =
    r"[^\u0000\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]";

/// Refuses a text that is too long or blank.
pub(crate) fn validate(text: &str, place: TextPlace, max_bytes: usize) -> Result<(), Problem> {
    if text.len() > max_bytes {
        return Err(Problem::TextTooLong {
            place,
            got_bytes: text.len(),
            limit: Limit::text(max_bytes),
        });
    }
    // The model takes U+0000 for a space, as it takes whatever else belongs to no token.
    if text
        .chars()
        .all(|character| character == '\0' || character.is_whitespace())
    {
        return Err(Problem::EmptyText { place });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_texts_are_empty() {
        for text in ["", " ", "\t\r\n", "\0", "\0 \0", "\u{2003}"] {
            let refused = validate(text, TextPlace::Batch(3), 10);
            assert!(
                matches!(
                    refused,
                    Err(Problem::EmptyText {
                        place: TextPlace::Batch(3)
                    })
                ),
                "{text:?}"
            );
        }
        for text in ["a\0b", " é ", "\0."] {
            assert!(validate(text, TextPlace::Single, 10).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn the_limit_counts_bytes_and_is_inclusive() {
        assert!(validate("éé", TextPlace::Single, 4).is_ok());
        let refused = validate("ééa", TextPlace::Single, 4);
        assert!(matches!(
            refused,
            Err(Problem::TextTooLong { got_bytes: 5, .. })
        ));
    }
}
