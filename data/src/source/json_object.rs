//! JSON object with borrowed values, which are parsed on demand.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Keys and values of an object, in order.
pub(super) struct JsonObject<'l>(pub Vec<(JsonText<'l>, &'l RawValue)>);

/// String that is copied only when it has escapes.
#[derive(PartialEq, Eq)]
pub(super) struct JsonText<'l>(pub Cow<'l, str>);

impl<'l> Deserialize<'l> for JsonObject<'l> {
    fn deserialize<D: Deserializer<'l>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'l> Visitor<'l> for ObjectVisitor {
    type Value = JsonObject<'l>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(JsonObject(entries))
    }
}

impl<'l> Deserialize<'l> for JsonText<'l> {
    fn deserialize<D: Deserializer<'l>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'l> Visitor<'l> for TextVisitor {
    type Value = JsonText<'l>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'l str) -> Result<Self::Value, E> {
        Ok(JsonText(text.into()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(JsonText(text.to_owned().into()))
    }
}

/// Parses a value by its index in the order text, label, further columns.
///
/// # Errors
/// A description of the value and of what is expected.
pub(super) fn read_value(value: &RawValue, index: usize) -> Result<Cow<'_, str>, String> {
    let (is_text, is_label) = (index == 0, index == 1);
    let value = value.get();

    match kind(value) {
        Kind::String => serde_json::from_str(value)
            .map(|JsonText(text)| text)
            .map_err(|error| format!("is no string: {error}")),
        Kind::Null => Ok("".into()),
        // Tables with missing values are often written with 1.0 for 1.
        Kind::Number if is_label => Ok(value
            .parse::<f64>()
            .map_or_else(|_| value.to_owned(), |number| number.to_string())
            .into()),
        Kind::Number | Kind::Boolean if !is_text && !is_label => Ok(value.into()),
        other => {
            let expected = if is_text {
                "a string"
            } else {
                "a string or a number"
            };
            Err(format!("is {}; expected {expected}", other.name()))
        }
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
