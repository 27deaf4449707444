//! Validation of texts.

use crate::problem::{Limit, Problem, TextLocation};

/// What a text must match not to be blank: one character besides U+0000 and Unicode's white space.
pub(crate) const NOT_BLANK: &str =
    r"[^\u0000\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]";

/// Refuses a text that is too long or blank.
pub(crate) fn validate(text: &str, place: TextLocation, max_bytes: usize) -> Result<(), Problem> {
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
            let refused = validate(text, TextLocation::Batch(3), 10);
            assert!(
                matches!(
                    refused,
                    Err(Problem::EmptyText {
                        place: TextLocation::Batch(3)
                    })
                ),
                "{text:?}"
            );
        }
        for text in ["a\0b", " é ", "\0."] {
            assert!(validate(text, TextLocation::Single, 10).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn the_limit_counts_bytes_and_is_inclusive() {
        assert!(validate("éé", TextLocation::Single, 4).is_ok());
        let refused = validate("ééa", TextLocation::Single, 4);
        assert!(matches!(
            refused,
            Err(Problem::TextTooLong { got_bytes: 5, .. })
        ));
    }
}
