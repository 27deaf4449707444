//! Distinct values of a label column.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::excerpt::excerpt;

/// Spellings of a missing value, beside the empty one, in small letters: those of SQL and pandas.
const MISSING: [&str; 6] = ["null", "nan", "<na>", "na", "n/a", "#n/a"];

/// Maximum number of distinct values: a column with more holds no labels.
pub(crate) const MAX_VALUES: usize = 1000;

/// Distinct values of a label column, in the order of their first rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct LabelValues {
    values: Vec<LabelValue>,
    codes: FxHashMap<String, u32>,
}

/// Value of a label column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LabelValue {
    /// The value without surrounding whitespace, a whole number without a fraction.
    pub text: String,
    /// Number of rows with it.
    pub rows: u64,
    /// Place of its first row, for messages.
    pub first: String,
}

impl LabelValues {
    /// Counts a row and returns the code of its value, which is its index among
    /// [`all`](Self::all); `first` describes the place of the row.
    pub fn count(&mut self, value: &str, first: impl FnOnce() -> String) -> u32 {
        let value = canonical(value);
        if let Some(&code) = self.codes.get(value.as_ref()) {
            self.values[code as usize].rows += 1;
            return code;
        }

        let code = u32::try_from(self.values.len()).expect("there are fewer than 2^32 rows");
        self.codes.insert(value.clone().into_owned(), code);
        self.values.push(LabelValue {
            text: value.into_owned(),
            rows: 1,
            first: first(),
        });
        code
    }

    /// Returns the values in the order of their codes.
    pub fn all(&self) -> &[LabelValue] {
        &self.values
    }
}

impl LabelValue {
    /// Returns whether the value stands for a missing one.
    pub fn is_missing(&self) -> bool {
        let is_spelling = |missing: &&str| self.text.eq_ignore_ascii_case(missing);
        self.text.is_empty() || MISSING.iter().any(is_spelling)
    }
}

/// Returns the value without surrounding whitespace, and a whole number without a fraction and a plus
/// sign: tables with missing values are often written with 1.0 for 1.
pub(crate) fn canonical(value: &str) -> Cow<'_, str> {
    let trimmed = value.trim();
    let whole = match trimmed.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|byte| byte == b'0') => whole,
        _ => trimmed,
    };
    match whole {
        "-0" | "+0" => "0".into(),
        whole if is_whole(whole) => whole.strip_prefix('+').unwrap_or(whole).into(),
        _ => trimmed.into(),
    }
}

/// Returns whether the text is a whole number, perhaps with a sign.
fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Lists values with their counts for a message, the most frequent first.
pub(crate) fn list<'v>(values: impl IntoIterator<Item = &'v LabelValue>) -> String {
    /// Maximum number of values in a message.
    const LISTED: usize = 10;

    let mut values: Vec<_> = values.into_iter().collect();
    // A stable sort keeps the order of the first rows.
    values.sort_by_key(|value| std::cmp::Reverse(value.rows));
    let mut listed: Vec<_> = values
        .iter()
        .take(LISTED)
        .map(|value| format!("{} ({})", excerpt(&value.text), value.rows))
        .collect();
    if values.len() > LISTED {
        listed.push(format!("{} more", values.len() - LISTED));
    }
    listed.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_one_value_however_they_are_written() {
        for (value, want) in [
            ("1", "1"),
            (" 1.0\r", "1"),
            ("1.", "1"),
            ("-1.00", "-1"),
            ("+1.0", "1"),
            ("+1", "1"),
            ("+", "+"),
            ("-0.0", "0"),
            ("1.5", "1.5"),
            ("v1.0", "v1.0"),
            (".0", ".0"),
            ("a. b", "a. b"),
            ("", ""),
        ] {
            assert_eq!(canonical(value), want, "{value:?}");
        }
    }

    #[test]
    fn equal_values_share_a_code_and_are_counted() {
        let mut values = LabelValues::default();
        let codes = [(1, "spam"), (2, " ham "), (3, "ham"), (4, "1.0"), (5, "1")]
            .map(|(row, value)| values.count(value, || format!("row {row}")));
        assert_eq!(codes, [0, 1, 1, 2, 2]);
        let ham = &values.all()[1];
        assert_eq!(
            (ham.text.as_str(), ham.rows, ham.first.as_str()),
            ("ham", 2, "row 2")
        );
    }

    #[test]
    fn spellings_of_a_missing_value_are_known() {
        for (text, want) in [
            ("", true),
            ("NaN", true),
            ("NULL", true),
            ("<NA>", true),
            ("no", false),
            ("none", false),
        ] {
            let mut values = LabelValues::default();
            values.count(text, String::new);
            assert_eq!(values.all()[0].is_missing(), want, "{text:?}");
        }
    }

    #[test]
    fn a_list_of_values_has_a_readable_length() {
        let mut values = LabelValues::default();
        for number in 0..1000 {
            values.count(&format!("{number}{}", "x".repeat(1000)), String::new);
        }
        values.count(&format!("7{}", "x".repeat(1000)), String::new);
        let list = list(values.all());
        assert!(
            list.starts_with("`7xxx") && list.ends_with(" (1), 990 more"),
            "{list}"
        );
        assert!(list.len() < 600, "{}", list.len());
    }
}
