//! Formats of numbers and texts.

/// Formats a fraction as `81.4 %`, with a non-breaking space.
pub(super) fn percent(fraction: f64) -> String {
    format!("{:.1}\u{A0}%", fraction * 100.0)
}

/// Formats a metric with three decimals, or as a dash when there is none.
pub(super) fn metric(value: Option<f64>) -> String {
    value.map_or_else(|| "\u{2013}".to_owned(), |value| format!("{value:.3}"))
}

/// Formats a count with thousands separators.
pub(super) fn count(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();

    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Formats a count below a billion in at most four characters: `999`, `1.2k`, `12k`, `1.2M`.
#[expect(
    clippy::cast_precision_loss,
    reason = "only the leading digits are shown"
)]
pub(super) fn compact(number: u64) -> String {
    let (unit, name) = match number {
        0..1000 => return number.to_string(),
        1000..999_500 => (1e3, "k"),
        _ => (1e6, "M"),
    };

    let scaled = number as f64 / unit;
    if scaled < 9.95 {
        format!("{scaled:.1}{name}")
    } else {
        format!("{scaled:.0}{name}")
    }
}

/// Fraction of a part in a whole; 0 when the whole is 0.
#[expect(
    clippy::cast_precision_loss,
    reason = "there are fewer than 2^52 texts"
)]
pub(super) fn fraction(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// Shortens a text to 300 characters and an ellipsis.
pub(super) fn excerpt(text: &str) -> String {
    const MAX_CHARACTERS: usize = 300;
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}\u{2026}", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_a_comma_before_each_three_digits() {
        for (number, want) in [
            (0_u64, "0"),
            (999, "999"),
            (1000, "1,000"),
            (12_345, "12,345"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(count(number), want);
        }
    }

    #[test]
    fn compact_counts_have_four_characters_at_most() {
        for (number, want) in [
            (0, "0"),
            (999, "999"),
            (1000, "1.0k"),
            (9949, "9.9k"),
            (9950, "10k"),
            (999_499, "999k"),
            (999_500, "1.0M"),
            (12_345_678, "12M"),
        ] {
            assert_eq!(compact(number), want, "{number}");
        }
    }

    #[test]
    fn metrics_that_are_none_are_a_dash() {
        assert_eq!(metric(Some(0.12345)), "0.123");
        assert_eq!(metric(None), "\u{2013}");
        assert_eq!(percent(0.8136), "81.4\u{A0}%");
    }

    #[test]
    fn long_texts_end_in_an_ellipsis_at_a_character() {
        assert_eq!(excerpt("short"), "short");
        let long = "\u{e9}".repeat(301);
        assert_eq!(excerpt(&long), format!("{}\u{2026}", "\u{e9}".repeat(300)));
        assert_eq!(excerpt(&"x".repeat(300)), "x".repeat(300));
    }
}
