//! Columns of JSON lines: their names and types come from a first pass over the file.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow_schema::{DataType, Field};
use relevance_data::table::{JsonText, find_kept, read_text};
use serde_json::value::RawValue;

use super::super::input::input_error;
use super::json_block::{JsonRow, JsonRows, JsonTable};
use super::text_block::{TextBlock, TextInput};

/// A column: a key of the objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonColumn {
    pub name: String,
    kind: Kind,
}

/// Type of all values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing but null.
    Null,
    Boolean,
    Integer,
    Float,
    /// Strings, and everything else as JSON.
    Text,
}

impl Kind {
    fn of(value: &RawValue) -> Self {
        match value.get().as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'-' | b'0'..=b'9') if value.get().parse::<i64>().is_ok() => Self::Integer,
            Some(b'-' | b'0'..=b'9') => Self::Float,
            _ => Self::Text,
        }
    }

    const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Null, kind) | (kind, Self::Null) => kind,
            (Self::Boolean, Self::Boolean) => Self::Boolean,
            (Self::Integer, Self::Integer) => Self::Integer,
            (Self::Integer | Self::Float, Self::Integer | Self::Float) => Self::Float,
            _ => Self::Text,
        }
    }
}

/// Reads the whole file for the columns, in the order of `--keep` or of the first appearance.
pub fn find(mut reader: TextInput, table: &JsonTable) -> anyhow::Result<Vec<JsonColumn>> {
    let (mut columns, mut indices) = (Vec::<JsonColumn>::new(), HashMap::new());
    let mut block = TextBlock::default();
    while reader.read(&mut block)? {
        let (rows, error) = JsonRows::parse(&block, table);
        for (JsonText(name), value) in rows.iter().flat_map(|row| &row.object.0) {
            let kind = Kind::of(value);
            if let Some(&index) = indices.get(name.as_ref()) {
                let column: &mut JsonColumn = &mut columns[index];
                column.kind = column.kind.and(kind);
            } else {
                indices.insert(name.clone().into_owned(), columns.len());
                columns.push(JsonColumn {
                    name: name.clone().into_owned(),
                    kind,
                });
            }
        }
        if let Some(error) = error {
            return Err(error);
        }
    }

    if table.keep.is_empty() || columns.is_empty() {
        return Ok(columns);
    }
    let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
    let kept = table.keep.iter().map(|name| {
        let index = match indices.get(name) {
            Some(&index) => index,
            None => find_kept(&names, name, &table.name, "keys").map_err(input_error)?,
        };
        Ok(columns[index].clone())
    });
    kept.collect()
}

impl JsonColumn {
    pub fn field(&self) -> Field {
        let kind = match self.kind {
            Kind::Boolean => DataType::Boolean,
            Kind::Integer => DataType::Int64,
            Kind::Float => DataType::Float64,
            Kind::Text | Kind::Null => DataType::Utf8,
        };
        Field::new(&self.name, kind, true)
    }

    /// The values of the rows.
    pub fn array(&self, rows: &JsonRows<'_>) -> anyhow::Result<ArrayRef> {
        let values = rows.iter().map(|row| row.get(&self.name));
        let raw = values.map(|value| value.map(RawValue::get).filter(|&raw| raw != "null"));
        Ok(match self.kind {
            Kind::Boolean => Arc::new(
                raw.map(|raw| raw.map(|raw| raw == "true"))
                    .collect::<BooleanArray>(),
            ),
            Kind::Integer => Arc::new(
                raw.map(|raw| raw.map(str::parse).transpose())
                    .collect::<Result<Int64Array, _>>()?,
            ),
            Kind::Float => Arc::new(
                raw.map(|raw| raw.map(str::parse).transpose())
                    .collect::<Result<Float64Array, _>>()?,
            ),
            Kind::Text | Kind::Null => {
                let cells = rows.iter().map(|row| self.cell(row));
                Arc::new(cells.collect::<anyhow::Result<StringArray>>()?)
            }
        })
    }

    /// The value of a row as text: strings without quotes, others as JSON, nothing for null.
    pub fn cell<'a>(&self, row: &JsonRow<'a>) -> anyhow::Result<Option<Cow<'a, str>>> {
        match row.get(&self.name) {
            None => Ok(None),
            Some(value) if value.get() == "null" => Ok(None),
            Some(value) if value.get().starts_with('"') => {
                read_text(value).map(Some).map_err(anyhow::Error::msg)
            }
            Some(value) => Ok(Some(Cow::Borrowed(value.get()))),
        }
    }
}
