//! Texts as JSON: a list of strings, or of lists of one string.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeSeed, Error, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Texts in a list, or each in a list of its own.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) texts: Vec<String>,
    /// Whether they are in lists of their own.
    pub(super) are_nested: bool,
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut elements = Elements::default();
        deserializer.deserialize_seq(&mut elements)?;

        let Elements { texts, nested } = elements;
        if nested > 0 && nested < texts.len() {
            return Err(D::Error::custom(
                "some texts are in lists of their own, and others are not",
            ));
        }
        Ok(Self {
            are_nested: nested > 0,
            texts,
        })
    }
}

/// Visitor that collects the elements of a list.
#[derive(Default)]
struct Elements {
    texts: Vec<String>,
    /// Number of texts in a list of their own.
    nested: usize,
}

/// Seed and visitor that collects an element: a text, or a list of one.
struct Element<'v>(&'v mut Elements);

impl<'de> Visitor<'de> for &mut Elements {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of strings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        while sequence.next_element_seed(Element(self))?.is_some() {}
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
        formatter.write_str("a string or a list of one string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<(), E> {
        self.0.texts.push(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        let text = sequence.next_element::<String>()?;
        let text = text.ok_or_else(|| A::Error::invalid_length(0, &"a list of one string"))?;
        if sequence.next_element::<IgnoredAny>()?.is_some() {
            return Err(A::Error::invalid_length(2, &"a list of one string"));
        }
        self.0.texts.push(text);
        self.0.nested += 1;
        Ok(())
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
            "description": "Texts in a list, or with the shape `[N, 1]` each in a list of its own.",
            "type": "array",
            "items": { "description": "A string, or a list of one string." },
        })
    }
}
