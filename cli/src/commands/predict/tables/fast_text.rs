//! Fast read of the text of an object with known keys, in place of a parse of all its values.

use std::borrow::Cow;
use std::fmt;

use relevance_data::table::{JsonObject, JsonText};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

/// Keys of an object, in order.
pub struct KnownKeys {
    keys: Vec<String>,
    /// Index of that of the text.
    text: usize,
}

impl KnownKeys {
    /// Keys of an object; `None` when the text is not at the top, under this very key.
    pub fn new(object: &JsonObject<'_>, text: &str) -> Option<Self> {
        Some(Self {
            keys: object.keys().map(str::to_owned).collect(),
            text: object.keys().position(|key| key == text)?,
        })
    }

    /// Reads the text of an object with these keys and a string as text; `None` for every other
    /// object, and for what is not an object.
    pub fn read_text<'a>(&self, raw: &'a str) -> Option<Cow<'a, str>> {
        let mut deserializer = serde_json::Deserializer::from_str(raw);
        let text = self.deserialize(&mut deserializer).ok()?;
        deserializer.end().ok()?;
        text
    }
}

impl<'a> DeserializeSeed<'a> for &KnownKeys {
    type Value = Option<Cow<'a, str>>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for &KnownKeys {
    type Value = Option<Cow<'a, str>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with the keys of the one before")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut text = None;
        for (index, key) in self.keys.iter().enumerate() {
            if map.next_key_seed(KnownKey(key))? != Some(true) {
                return Err(A::Error::custom("another key"));
            }
            if index == self.text {
                let JsonText(value) = map.next_value()?;
                text = Some(value);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }

        match map.next_key::<IgnoredAny>()? {
            None => Ok(text),
            Some(_) => Err(A::Error::custom("one more key")),
        }
    }
}

/// A key that is expected.
struct KnownKey<'k>(&'k str);

impl<'a> DeserializeSeed<'a> for KnownKey<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KnownKey<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}

#[cfg(test)]
mod tests {
    use relevance_data::table::read_text;

    use super::*;

    const FIRST: &str = r#"{"id": 1, "text": "first", "more": null}"#;

    fn known_keys() -> KnownKeys {
        KnownKeys::new(&serde_json::from_str(FIRST).unwrap(), "text").unwrap()
    }

    #[test]
    fn texts_are_those_of_the_whole_parse() {
        for raw in [
            FIRST,
            r#"{"id":[{"text":"no"},2],"text":"a \"b\" \u00e9 é","more":{}}"#,
            r#"{ "id" : "}" , "t\u0065xt" : "" , "more" : -1.5e3 }"#,
            r#"{"id":null,"text":"\n","more":"\ud83d"}"#,
        ] {
            let object: JsonObject<'_> = serde_json::from_str(raw).unwrap();
            let want = read_text(object.find("text").unwrap().unwrap()).unwrap();
            assert_eq!(known_keys().read_text(raw), Some(want), "{raw}");
        }
    }

    #[test]
    fn other_objects_are_left_to_the_whole_parse() {
        for raw in [
            r#"{"id":1,"text":"a"}"#,
            r#"{"text":"a","id":1,"more":null}"#,
            r#"{"id":1,"text":"a","more":null,"again":1}"#,
            r#"{"id":1,"Text":"a","more":null}"#,
            r#"{"id":1,"text":5,"more":null}"#,
            r#"{"id":1,"text":null,"more":null}"#,
            r#"{"id":1,"text":"\ud83d","more":null}"#,
            r#"{"id":1,"text":"a","more":null} {}"#,
            r#"{"id":1,"text":"a","more":NaN}"#,
            r#"{"id":1,"text":"a","more":null"#,
            "[]",
            "",
        ] {
            assert_eq!(known_keys().read_text(raw), None, "{raw}");
        }
    }

    #[test]
    fn a_text_in_a_nested_object_or_under_another_case_has_no_known_key() {
        let object: JsonObject<'_> = serde_json::from_str(FIRST).unwrap();
        for text in ["data.text", "TEXT"] {
            assert!(KnownKeys::new(&object, text).is_none());
        }
    }
}
