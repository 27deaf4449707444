//! Columns of a table that is written as Parquet.

use arrow_schema::{DataType, Field, Metadata, Schema};
use parquet::schema::types::ColumnPath;

use super::added::Added;
use super::batches::BatchTable;
use super::csv_block::KeptColumns;
use super::json_columns::JsonColumn;
use super::row_groups::DistinctColumns;
use super::table_block::Table;

/// The schema of the output.
pub fn schema(
    table: &Table,
    kept: Option<&[usize]>,
    columns: &[JsonColumn],
    added: &Added,
) -> Schema {
    let text = |name: &String| Field::new(name, DataType::Utf8, false);
    let mut metadata = Metadata::new();
    let mut fields: Vec<Field> = match table {
        Table::Csv(table) => KeptColumns { table, kept }
            .names()
            .into_iter()
            .map(text)
            .collect(),
        Table::Json(_) => columns.iter().map(JsonColumn::field).collect(),
        Table::Batches(table) => {
            let BatchTable { schema, .. } = table.as_ref();
            metadata.clone_from(schema.metadata());
            schema
                .fields()
                .iter()
                .map(|field| field.as_ref().clone())
                .collect()
        }
    };
    fields.extend(added.fields());
    Schema::new_with_metadata(fields, metadata)
}

/// The columns of the output whose values are mostly distinct: texts and probabilities, and those that are so in the
/// table.
pub fn distinct(table: &Table, added: &Added) -> DistinctColumns {
    let column = |name: &String| ColumnPath::new(vec![name.clone()]);
    let (texts, mut others) = match table {
        Table::Csv(table) => (column(&table.layout.columns[table.text]), Vec::new()),
        Table::Json(table) => (column(&table.text), Vec::new()),
        Table::Batches(table) => (table.text_path.clone(), table.distinct.clone()),
    };

    let [_, probability, _] = &added.names;
    others.push(column(probability));
    DistinctColumns { texts, others }
}
