//! Blocks of JSON lines: one object a line, parsed on the thread that scores them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use anyhow::anyhow;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::super::encoding::not_utf_8;
use super::columns::{existing, missing};
use super::text_block::TextBlock;

/// Settings that all lines of a table share.
#[derive(Debug)]
pub struct JsonTable {
    /// Key of the texts.
    pub text: String,
    /// Keys that are added, and that no line may have.
    pub added: [String; 3],
    /// Keys that are kept; all without any.
    pub keep: Vec<String>,
    /// Name of the file in commands.
    pub file: Arc<str>,
}

/// Objects of a block.
pub struct JsonRows<'a> {
    rows: Vec<JsonRow<'a>>,
}

/// An object.
pub struct JsonRow<'a> {
    /// Its bytes.
    pub raw: &'a str,
    pub members: Vec<(Cow<'a, str>, &'a RawValue)>,
    text: Cow<'a, str>,
}

impl<'a> JsonRows<'a> {
    /// Parses a block, up to the first line that cannot be read.
    pub fn parse(block: &'a TextBlock, table: &JsonTable) -> (Self, Option<anyhow::Error>) {
        let (text, invalid) = block.valid_text();
        let whole = if invalid.is_some() {
            text.rfind('\n').map_or("", |end| &text[..=end])
        } else {
            text
        };

        let mut rows = Vec::new();
        for (index, raw) in (0..).zip(whole.lines()) {
            let line = block.first_line + index;
            if raw.trim().is_empty() {
                continue;
            }
            match JsonRow::parse(raw, table) {
                Ok(row) => rows.push(row),
                Err(error) => return (Self { rows }, Some(error.context(format!("line {line}")))),
            }
        }
        let error = invalid.map(|feeds| {
            let line = block.first_line + feeds;
            not_utf_8(&table.file).context(format!("line {line}"))
        });
        (Self { rows }, error)
    }

    pub fn texts(&self) -> Vec<&str> {
        self.rows.iter().map(|row| row.text.as_ref()).collect()
    }

    pub fn iter(&self) -> impl Iterator<Item = &JsonRow<'a>> {
        self.rows.iter()
    }

    pub const fn count(&self) -> usize {
        self.rows.len()
    }
}

impl<'a> JsonRow<'a> {
    fn parse(raw: &'a str, table: &JsonTable) -> anyhow::Result<Self> {
        let raw = raw.trim();
        let members = parse_members(raw)?;
        let keys = || members.iter().map(|(key, _)| key.as_ref());
        let is_kept =
            |key: &str| table.keep.is_empty() || table.keep.iter().any(|kept| kept == key);
        let is_taken = |&added: &&String| keys().any(|key| key == added) && is_kept(added);
        if let Some(added) = table.added.iter().find(is_taken) {
            return Err(existing(added));
        }
        let mut values = members.iter().filter(|(key, _)| *key == table.text);
        let value = values.next().ok_or_else(|| missing(&table.text, keys()))?.1;
        if values.next().is_some() {
            return Err(anyhow!("the key `{}` is there twice", table.text));
        }
        Ok(Self {
            raw,
            text: read_text(value, &table.text)?,
            members,
        })
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&'a RawValue> {
        let found = self.members.iter().find(|(name, _)| name == key);
        found.map(|&(_, value)| value)
    }
}

/// Parses the keys and values of an object, in their order.
pub fn parse_members(raw: &str) -> anyhow::Result<Vec<(Cow<'_, str>, &RawValue)>> {
    if !raw.starts_with('{') {
        return Err(anyhow!(
            "it is no JSON object: JSON lines have one object a line, as `jq -c '.[]' FILE` makes of an array"
        ));
    }
    let Members(members) = serde_json::from_str(raw)
        .map_err(|error| anyhow!("it is no JSON object of one line: {error}"))?;
    Ok(members)
}

/// A text, the empty one for null.
fn read_text<'a>(value: &'a RawValue, key: &str) -> anyhow::Result<Cow<'a, str>> {
    match value.get().as_bytes().first() {
        Some(b'"') => Ok(read_string(value)?),
        Some(b'n') => Ok(Cow::Borrowed("")),
        _ => Err(anyhow!("the value of `{key}` is neither a string nor null")),
    }
}

/// Reads a string.
pub fn read_string(value: &RawValue) -> serde_json::Result<Cow<'_, str>> {
    serde_json::from_str(value.get()).map(|Text(text)| text)
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor).map(Self)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((Text(key), value)) = map.next_entry()? {
            members.push((key, value));
        }
        Ok(members)
    }
}
