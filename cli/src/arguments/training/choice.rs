//! Choices by the names that they have in a settings file.

use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer as _};

/// Parses the name of a choice.
pub fn parse_choice<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    let deserializer: StrDeserializer<'_, Error> = name.into_deserializer();
    T::deserialize(deserializer).map_err(|error| {
        let message = error.to_string();
        match message.split_once(", expected ") {
            Some((_, choices)) => format!("expected {choices}"),
            None => message,
        }
    })
}
