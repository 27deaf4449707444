//! Columns of JSON lines: their names and types come from a first pass over the file.

use std::borrow::Cow;
use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, UInt64Array};
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
    Number(Numbers),
    /// Strings, and everything else as JSON.
    Text,
}

/// Numbers of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Numbers {
    /// The least and the greatest of the whole numbers, and zero.
    range: (i128, i128),
    /// Whether one has a fraction or an exponent.
    are_floats: bool,
}

impl Kind {
    fn of(value: &RawValue) -> Self {
        match value.get().as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'-' | b'0'..=b'9') => Numbers::of(value.get()).map_or(Self::Text, Self::Number),
            _ => Self::Text,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Null, kind) | (kind, Self::Null) => kind,
            (Self::Boolean, Self::Boolean) => Self::Boolean,
            (Self::Number(first), Self::Number(second)) => Self::Number(first.and(second)),
            _ => Self::Text,
        }
    }

    /// The type in a table; text where no other has all digits of each value.
    fn data_type(self) -> DataType {
        match self {
            Self::Boolean => DataType::Boolean,
            Self::Number(numbers) => numbers.data_type(),
            Self::Text | Self::Null => DataType::Utf8,
        }
    }
}

impl Numbers {
    /// Nothing for a whole number of too many digits.
    fn of(number: &str) -> Option<Self> {
        if number.contains(['.', 'e', 'E']) {
            return Some(Self {
                range: (0, 0),
                are_floats: true,
            });
        }

        let whole: i128 = number.parse().ok()?;
        Some(Self {
            range: (whole.min(0), whole.max(0)),
            are_floats: false,
        })
    }

    fn and(self, other: Self) -> Self {
        Self {
            range: (
                self.range.0.min(other.range.0),
                self.range.1.max(other.range.1),
            ),
            are_floats: self.are_floats || other.are_floats,
        }
    }

    fn data_type(self) -> DataType {
        /// Greatest whole number up to which a float has all.
        const MAX_OF_FLOAT: i128 = 1 << f64::MANTISSA_DIGITS;

        let (least, greatest) = self.range;
        if self.are_floats {
            let fits = least >= -MAX_OF_FLOAT && greatest <= MAX_OF_FLOAT;
            return if fits {
                DataType::Float64
            } else {
                DataType::Utf8
            };
        }
        if least >= i64::MIN.into() && greatest <= i64::MAX.into() {
            DataType::Int64
        } else if least == 0 && greatest <= u64::MAX.into() {
            DataType::UInt64
        } else {
            DataType::Utf8
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
        Field::new(&self.name, self.kind.data_type(), true)
    }

    /// The values of the rows.
    pub fn array(&self, rows: &JsonRows<'_>) -> anyhow::Result<ArrayRef> {
        Ok(match self.kind.data_type() {
            DataType::Boolean => Arc::new(self.plain(rows).collect::<Result<BooleanArray, _>>()?),
            DataType::Int64 => Arc::new(self.plain(rows).collect::<Result<Int64Array, _>>()?),
            DataType::UInt64 => Arc::new(self.plain(rows).collect::<Result<UInt64Array, _>>()?),
            DataType::Float64 => Arc::new(self.plain(rows).collect::<Result<Float64Array, _>>()?),
            _ => {
                let cells = rows.iter().map(|row| self.cell(row));
                Arc::new(cells.collect::<anyhow::Result<StringArray>>()?)
            }
        })
    }

    /// The values of the rows, parsed; nothing for null.
    fn plain<T: FromStr>(
        &self,
        rows: &JsonRows<'_>,
    ) -> impl Iterator<Item = Result<Option<T>, T::Err>> {
        let values = rows.iter().map(|row| row.get(&self.name));
        values.map(|value| {
            let raw = value.map(RawValue::get).filter(|&raw| raw != "null");
            raw.map(str::parse).transpose()
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
