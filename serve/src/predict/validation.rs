//! Validation of texts and thresholds.

use crate::problem::{Limit, Problem, TextLocation};
use crate::settings::Limits;

/// Pattern of a text that is not only whitespace: one character besides U+0000 and Unicode's
/// whitespace.
pub(crate) const NOT_WHITESPACE: &str =
    r"[^\u0000\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]";

/// Checks the number of texts and each of them; `location` locates a text by its index.
pub(super) fn validate_batch<T: AsRef<str>>(
    texts: &[T],
    location: impl Fn(usize) -> TextLocation,
    limits: &Limits,
) -> Result<(), Problem> {
    if texts.is_empty() {
        return Err(Problem::EmptyBatch);
    }

    if texts.len() > limits.max_batch_texts {
        return Err(Problem::BatchTooLarge {
            got_texts: texts.len(),
            limit: Limit::batch(limits.max_batch_texts),
        });
    }

    for (index, text) in texts.iter().enumerate() {
        validate_text(text.as_ref(), location(index), limits.max_text_bytes)?;
    }

    Ok(())
}

fn validate_text(text: &str, location: TextLocation, max_bytes: usize) -> Result<(), Problem> {
    if text.len() > max_bytes {
        return Err(Problem::TextTooLong {
            location,
            got_bytes: text.len(),
            limit: Limit::text(max_bytes),
        });
    }

    // The model treats U+0000 as whitespace, like every character that belongs to no token.
    if text
        .chars()
        .all(|character| character == '\0' || character.is_whitespace())
    {
        return Err(Problem::EmptyText { location });
    }

    Ok(())
}

/// Checks a request's threshold, and converts it to the precision of the scores.
///
/// The check comes first, so that rounding moves no number into the range.
#[expect(
    clippy::cast_possible_truncation,
    reason = "scores have the same precision"
)]
pub(super) fn validate_threshold(threshold: Option<f64>) -> Result<Option<f32>, Problem> {
    match threshold {
        Some(threshold) if !(0.0..=1.0).contains(&threshold) => {
            Err(Problem::InvalidThreshold { got: threshold })
        }
        threshold => Ok(threshold.map(|threshold| threshold as f32)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_whitespace_are_empty() {
        for text in ["", " ", "\t\r\n", "\0", "\0 \0", "\u{2003}"] {
            let result = validate_text(text, TextLocation::Batch(3), 10);
            assert!(
                matches!(
                    result,
                    Err(Problem::EmptyText {
                        location: TextLocation::Batch(3)
                    })
                ),
                "{text:?}"
            );
        }

        for text in ["a\0b", " é ", "\0."] {
            let result = validate_text(text, TextLocation::Single, 10);
            assert!(result.is_ok(), "{text:?}");
        }
    }

    #[test]
    fn the_limit_counts_bytes_and_is_inclusive() {
        assert!(validate_text("éé", TextLocation::Single, 4).is_ok());

        let result = validate_text("ééa", TextLocation::Single, 4);
        assert!(matches!(
            result,
            Err(Problem::TextTooLong { got_bytes: 5, .. })
        ));
    }
}
