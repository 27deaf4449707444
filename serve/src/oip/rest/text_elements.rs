//! Texts as JSON: a list of strings, or lists of them.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeSeed, Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Texts in a list, or in nested lists, row by row.
#[derive(Debug)]
pub(super) struct Texts(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut texts = Vec::new();
        deserializer.deserialize_seq(Elements(&mut texts))?;
        Ok(Self(texts))
    }
}

/// Visitor that collects the elements of a list.
struct Elements<'v>(&'v mut Vec<String>);

/// Seed and visitor that collects an element, or the elements of a list.
struct Element<'v>(&'v mut Vec<String>);

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of strings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        while sequence.next_element_seed(Element(self.0))?.is_some() {}
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string or a list of strings")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<(), E> {
        self.0.push(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<(), A::Error> {
        Elements(self.0).visit_seq(sequence)
    }
}

impl JsonSchema for Texts {
    fn schema_name() -> Cow<'static, str> {
        "TextElements".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // The element has no type: generators of clients take none that contains itself, and that for
        // Java none that is a string or a list.
        json_schema!({
            "description": "Texts in a list, or in nested lists, row by row.",
            "type": "array",
            "items": { "description": "A string, or a list of strings." },
        })
    }
}
