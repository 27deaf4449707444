//! Types of a query's columns: those that are refused, and booleans.

use tokio_postgres::Statement;
use tokio_postgres::types::{Kind, Type};

use crate::source::columns::{Columns, role};
use crate::source::settings::SourceSettings;

/// Returns an error for the first needed column whose text in PostgreSQL is not a single value.
pub(super) fn check(
    statement: &Statement,
    columns: &Columns,
    settings: &SourceSettings,
) -> Result<(), String> {
    for (index, column) in columns.indices().enumerate() {
        let column = &statement.columns()[column];
        if let Some(advice) = rejection(column.type_(), column.name()) {
            return Err(format!(
                "the {} is of type {}; expected one value per row: with `--query`, select {advice}",
                role(index, settings),
                name(column.type_()),
            ));
        }
    }
    Ok(())
}

/// Returns the indices of the columns with booleans, which the server writes as `t` and `f`.
pub(super) fn booleans(statement: &Statement) -> Vec<usize> {
    let columns = statement.columns().iter().enumerate();
    columns
        .filter(|(_, column)| *base(column.type_()) == Type::BOOL)
        .map(|(index, _)| index)
        .collect()
}

/// Returns what to select instead of a column of this type; none if its text is a value.
fn rejection(kind: &Type, column: &str) -> Option<String> {
    let column = format!("\"{}\"", column.replace('"', "\"\""));
    let kind = base(kind);

    match kind.kind() {
        Kind::Array(_) => Some(format!("`{column}[1]` or `array_to_string({column}, ' ')`")),
        Kind::Composite(_) => Some(format!("a field, as `({column}).name`")),
        _ if *kind == Type::RECORD => Some(format!("a field, as `({column}).name`")),
        _ if *kind == Type::JSON || *kind == Type::JSONB => Some(format!(
            "a key, as `{column} ->> 'name'`, or `{column}::text`"
        )),
        _ if *kind == Type::BYTEA => Some(format!("a text, as `convert_from({column}, 'UTF8')`")),
        _ => None,
    }
}

/// Returns the name of the type as SQL has it.
fn name(kind: &Type) -> String {
    match kind.kind() {
        Kind::Array(element) => format!("{}[]", name(element)),
        _ => kind.name().to_owned(),
    }
}

/// Returns the type that a domain restricts, or the type itself.
fn base(kind: &Type) -> &Type {
    match kind.kind() {
        Kind::Domain(inner) => base(inner),
        _ => kind,
    }
}
