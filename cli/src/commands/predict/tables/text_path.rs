//! Path to the texts of a Parquet file.

use std::sync::Arc;

use anyhow::anyhow;
use arrow_cast::can_cast_types;
use arrow_schema::{DataType, FieldRef, Schema};
use parquet::schema::types::ColumnPath;
use relevance_data::SourceSettings;
use relevance_data::table::find_text;

use super::super::input::input_error;
use crate::exit::WrongUsage;

/// Column of the texts, or field of a structure in it.
#[derive(Debug)]
pub struct TextPath {
    /// Index of the column.
    pub column: usize,
    /// Indices of the fields, one inside the other.
    pub fields: Vec<usize>,
}

impl TextPath {
    /// Finds the column or the path with dots that the settings name.
    pub fn find(schema: &Schema, settings: &SourceSettings, file: &str) -> anyhow::Result<Self> {
        let mut paths = Vec::new();
        for (column, field) in schema.fields().iter().enumerate() {
            add_paths(field, field.name(), &[column], &mut paths);
        }
        // The columns themselves come first in messages.
        paths.sort_by_key(|(_, path, _)| path.len() > 1);

        let names: Vec<_> = paths.iter().map(|(name, ..)| name.as_str()).collect();
        let found = find_text(&names, settings, file, "schema").map_err(input_error)?;
        let (name, path, kind) = &paths[found];
        if kind.is_nested() || !can_cast_types(&in_utc(kind), &DataType::Utf8) {
            return Err(WrongUsage(anyhow!(
                "`{file}`: the column `{name}` is {kind}, not text: choose another one with `--text-column`"
            ))
            .into());
        }
        Ok(Self {
            column: path[0],
            fields: path[1..].to_vec(),
        })
    }

    /// The path in a file of this schema.
    pub fn in_file(&self, schema: &Schema) -> ColumnPath {
        let mut field = schema.field(self.column);
        let mut names = vec![field.name().clone()];
        for &index in &self.fields {
            if let DataType::Struct(fields) = field.data_type() {
                field = &fields[index];
                names.push(field.name().clone());
            }
        }
        ColumnPath::new(names)
    }
}

/// Adds a field, and all fields in it, by their paths.
fn add_paths(
    field: &FieldRef,
    name: &str,
    path: &[usize],
    paths: &mut Vec<(String, Vec<usize>, DataType)>,
) {
    paths.push((name.to_owned(), path.to_vec(), field.data_type().clone()));
    if let DataType::Struct(fields) = field.data_type() {
        for (index, inner) in fields.iter().enumerate() {
            let name = format!("{name}.{}", inner.name());
            add_paths(inner, &name, &[path, &[index]].concat(), paths);
        }
    }
}

/// The type with an offset instead of names of time zones, which would need their table.
pub fn in_utc(kind: &DataType) -> DataType {
    let inner = |field: &FieldRef| {
        let kind = in_utc(field.data_type());
        Arc::new(field.as_ref().clone().with_data_type(kind))
    };
    match kind {
        DataType::Timestamp(unit, Some(_)) => DataType::Timestamp(*unit, Some("+00:00".into())),
        DataType::List(item) => DataType::List(inner(item)),
        DataType::LargeList(item) => DataType::LargeList(inner(item)),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(inner).collect()),
        other => other.clone(),
    }
}
