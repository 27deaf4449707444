//! Value of an object's key as the text of a row.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::object::JsonText;
use super::repair::repair;

/// Index of the label in the order text, label, further columns.
const LABEL: usize = 1;

/// Reads the text of a row: a string, a number or a boolean, and `null` as an empty text.
///
/// # Errors
///
/// A description of the value and of what is expected.
pub fn read_text(value: &RawValue) -> Result<Cow<'_, str>, String> {
    read_value(value, 0)
}

/// Reads a value by its index in the order text, label, further columns: a string, a number or a
/// boolean, `null` as an empty text, and of a label also an array with one of these.
///
/// # Errors
///
/// A description of the value and of what is expected.
pub(super) fn read_value(value: &RawValue, index: usize) -> Result<Cow<'_, str>, String> {
    match kind(value.get()) {
        Kind::Array if index == LABEL => read_only(value.get()),
        Kind::Array | Kind::Object => Err(format!(
            "is {}; expected a string, a number or a boolean{}",
            kind(value.get()).name(),
            if is_column(value.get()) {
                AS_RECORDS
            } else {
                ""
            }
        )),
        _ => read_scalar(value.get()),
    }
}

/// Advice for a column by the numbers of its rows.
const AS_RECORDS: &str = ": this is a table by columns; write one object a row, as pandas does with \
                          `to_json(orient='records', lines=True)`";

/// Returns whether an object has the values of a column by the numbers of their rows.
fn is_column(value: &str) -> bool {
    let inner = value.strip_prefix('{').unwrap_or_default();
    inner.trim_start().starts_with("\"0\"")
}

fn read_scalar(value: &str) -> Result<Cow<'_, str>, String> {
    match kind(value) {
        Kind::Null => Ok("".into()),
        Kind::String => read_string(value),
        _ => Ok(value.into()),
    }
}

fn read_string(value: &str) -> Result<Cow<'_, str>, String> {
    if let Ok(JsonText(text)) = serde_json::from_str(value) {
        return Ok(text);
    }

    // Half of a surrogate pair is not a character, but Python writes and reads it.
    let repaired = repair(value);
    serde_json::from_str::<JsonText<'_>>(&repaired)
        .map(|JsonText(text)| Cow::Owned(text.into_owned()))
        .map_err(|_| "is a string with a malformed escape".to_owned())
}

/// Reads the one value of an array; an empty array is an empty text.
fn read_only(array: &str) -> Result<Cow<'_, str>, String> {
    let values: Vec<&RawValue> =
        serde_json::from_str(array).map_err(|_| "is a malformed array".to_owned())?;

    match values[..] {
        [] => Ok("".into()),
        [value] if kind(value.get()).is_scalar() => read_scalar(value.get()),
        [value] => Err(format!(
            "is an array of {}; expected one string or number",
            kind(value.get()).name()
        )),
        _ => Err(format!(
            "is an array of {} values; expected one label",
            values.len()
        )),
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

/// Returns the kind of a well-formed value by its first character.
const fn kind(value: &str) -> Kind {
    match value.as_bytes() {
        [b'n', ..] => Kind::Null,
        [b't' | b'f', ..] => Kind::Boolean,
        [b'"', ..] => Kind::String,
        [b'[', ..] => Kind::Array,
        [b'{', ..] => Kind::Object,
        _ => Kind::Number,
    }
}

impl Kind {
    const fn is_scalar(self) -> bool {
        !matches!(self, Self::Array | Self::Object)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}
