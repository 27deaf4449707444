//! Statement that selects the rows: of a table, or the settings' own.

use rusqlite::{Connection, Error, OptionalExtension, Params, Result as SqliteResult, Statement};

use super::error::failed;
use crate::error::DataError;
use crate::source::columns::{Columns, listed};
use crate::source::settings::SourceSettings;

/// Statement and the columns of it that are read.
pub(super) struct Query<'c> {
    pub statement: Statement<'c>,
    pub columns: Columns,
}

impl<'c> Query<'c> {
    /// Prepares the query of the settings, or that of the whole table.
    pub fn prepare(
        connection: &'c Connection,
        name: &str,
        settings: &SourceSettings,
    ) -> Result<Self, DataError> {
        match &settings.query {
            Some(query) => Self::custom(connection, name, query, settings),
            None => Self::table(connection, name, settings),
        }
    }

    /// Prepares the settings' query, which must be one statement that only reads.
    fn custom(
        connection: &'c Connection,
        name: &str,
        query: &str,
        settings: &SourceSettings,
    ) -> Result<Self, DataError> {
        let refused = |cause: &str| DataError::Malformed {
            file: name.to_owned(),
            location: "query".to_owned(),
            cause: cause.to_owned(),
        };

        let statement = connection.prepare(query).map_err(|error| match error {
            Error::MultipleStatement => refused("it has a second statement; expected one SELECT"),
            error => failed("query", name)(error),
        })?;
        if !statement.readonly() {
            return Err(refused("it writes to the database; expected a SELECT"));
        }
        if statement.column_count() == 0 {
            return Err(refused("it gives no rows; expected a SELECT"));
        }
        if statement.parameter_count() > 0 {
            return Err(refused("it has parameters, for which there are no values"));
        }

        let columns: Vec<_> = statement.column_names().collect();
        let columns = Columns::find(&columns, settings, name, "query")?;
        Ok(Self { statement, columns })
    }

    /// Prepares a query of the table's columns that are read, in the order of its rows.
    fn table(
        connection: &'c Connection,
        name: &str,
        settings: &SourceSettings,
    ) -> Result<Self, DataError> {
        let schema_failed = || failed("read the schema of", name);
        let (table, has_row_id) = find_table(connection, &settings.table)
            .map_err(schema_failed())?
            .map_or_else(|| Err(missing_table(connection, name, settings)), Ok)?;

        let existing = find_columns(connection, &table).map_err(schema_failed())?;
        let existing: Vec<_> = existing.iter().map(String::as_str).collect();
        let found = Columns::find(&existing, settings, name, &format!("table `{table}`"))?;

        let selected: Vec<_> = found
            .indices()
            .map(|index| quoted(existing[index]))
            .collect();
        let order = if has_row_id { " ORDER BY rowid" } else { "" };
        let query = format!(
            "SELECT {} FROM {}{order}",
            selected.join(", "),
            quoted(&table)
        );

        Ok(Self {
            statement: connection.prepare(&query).map_err(failed("query", name))?,
            columns: Columns {
                text: 0,
                label: 1,
                further: (2..selected.len()).collect(),
            },
        })
    }
}

/// Returns the table's name as the schema spells it, and whether its rows have an identifier to
/// order by.
fn find_table(connection: &Connection, table: &str) -> SqliteResult<Option<(String, bool)>> {
    connection
        .query_row(
            "SELECT name, type = 'table' AND NOT wr FROM pragma_table_list(?1) WHERE schema = 'main'",
            [table],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()
}

/// Returns the names of the table's columns, also of generated ones.
fn find_columns(connection: &Connection, table: &str) -> SqliteResult<Vec<String>> {
    // 1 is a column of a virtual table that `SELECT *` leaves out.
    let query = "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid";
    strings(connection, query, [table])
}

fn missing_table(connection: &Connection, name: &str, settings: &SourceSettings) -> DataError {
    let existing = strings(
        connection,
        r"SELECT name FROM sqlite_schema
          WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name",
        [],
    );
    match existing {
        Ok(existing) => DataError::MissingTable {
            file: name.to_owned(),
            table: settings.table.clone(),
            existing: listed(&existing.iter().map(String::as_str).collect::<Vec<_>>()),
        },
        Err(error) => failed("read the schema of", name)(error),
    }
}

fn strings(
    connection: &Connection,
    query: &str,
    parameters: impl Params,
) -> SqliteResult<Vec<String>> {
    connection
        .prepare(query)?
        .query_map(parameters, |row| row.get(0))?
        .collect()
}

/// Quotes an identifier for SQL, whatever characters it has.
fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}
