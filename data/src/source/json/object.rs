//! JSON object with borrowed values, which are parsed on demand.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::message;
use crate::error::DataError;
use crate::excerpt::excerpt;

/// Key and value of an object.
pub type Entry<'l> = (JsonText<'l>, &'l RawValue);

/// Keys and values of an object, in order.
#[derive(Debug)]
pub struct JsonObject<'l>(pub Vec<Entry<'l>>);

impl<'l> JsonObject<'l> {
    /// Returns the keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(JsonText(key), _)| key.as_ref())
    }

    /// Checks that no key is there twice; `file` and `line` are those of the object.
    ///
    /// # Errors
    ///
    /// [`DataError::Malformed`] with the key.
    pub fn check_keys(&self, file: &str, line: u64) -> Result<(), DataError> {
        check_keys(&self.keys().collect::<Vec<_>>(), file, line)
    }

    /// Finds the value of a key, or at a path of keys with dots, by its exact name or else regardless
    /// of ASCII case; `null` if an object on the way is.
    ///
    /// # Errors
    ///
    /// A description of a nested object that cannot be parsed.
    pub fn find(&self, path: &str) -> Result<Option<&'l RawValue>, String> {
        resolve(&self.0, path)
    }
}

/// String that is copied only when it has escapes.
#[derive(Debug, PartialEq, Eq)]
pub struct JsonText<'l>(pub Cow<'l, str>);

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

/// Checks that no key of an object is there twice.
pub(super) fn check_keys(keys: &[&str], file: &str, line: u64) -> Result<(), DataError> {
    let is_duplicate = |&index: &usize| keys[..index].contains(&keys[index]);
    match (1..keys.len()).find(is_duplicate) {
        None => Ok(()),
        Some(index) => Err(DataError::DuplicateKey {
            file: file.to_owned(),
            line,
            key: keys[index].to_owned(),
        }),
    }
}

/// Adds the values at the paths, as far as they exist, under the paths as keys; a key that is
/// literally equal to a path takes precedence.
///
/// # Errors
///
/// A description of a nested object that cannot be parsed.
#[cfg(feature = "dataset")]
pub(super) fn add_paths(entries: &mut Vec<Entry<'_>>, paths: &[String]) -> Result<(), String> {
    for path in paths {
        if find(entries, path).is_some() {
            continue;
        }
        if let Some(value) = resolve(entries, path)? {
            entries.push((JsonText(path.clone().into()), value));
        }
    }
    Ok(())
}

/// Returns the keys of an object and the paths to values in nested objects, down to so many levels.
#[cfg(feature = "dataset")]
pub(super) fn all_paths(entries: &[Entry<'_>], depth: usize) -> Vec<String> {
    let mut paths = Vec::new();
    for (JsonText(key), value) in entries {
        paths.push(key.clone().into_owned());
        if depth > 1
            && let Ok(JsonObject(nested)) = serde_json::from_str(value.get())
        {
            let nested = all_paths(&nested, depth - 1).into_iter();
            paths.extend(nested.map(|path| format!("{key}.{path}")));
        }
    }
    paths
}

/// Returns the value at the path; `null` if an object on the way is.
fn resolve<'l>(entries: &[Entry<'l>], path: &str) -> Result<Option<&'l RawValue>, String> {
    if let Some(value) = find(entries, path) {
        return Ok(Some(value));
    }

    for (dot, _) in path.match_indices('.') {
        let Some(value) = find(entries, &path[..dot]) else {
            continue;
        };
        if value.get() == "null" {
            return Ok(Some(value));
        }
        if !value.get().starts_with('{') {
            continue;
        }

        let JsonObject(nested) = serde_json::from_str(value.get()).map_err(|error| {
            let offset = message::offset(value.get(), &error);
            let cause = message::cause(&error, &value.get()[offset..]);
            format!(
                "the object {} cannot be read: {cause}",
                excerpt(&path[..dot])
            )
        })?;
        if let Some(value) = resolve(&nested, &path[dot + 1..])? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// Finds a key by its exact name, else regardless of ASCII case.
fn find<'l>(entries: &[Entry<'l>], name: &str) -> Option<&'l RawValue> {
    let find = |is_same: &dyn Fn(&str) -> bool| {
        let mut found = entries.iter().filter(|(JsonText(key), _)| is_same(key));
        found.next().map(|(_, value)| *value)
    };
    find(&|key| key == name).or_else(|| find(&|key| key.eq_ignore_ascii_case(name)))
}
