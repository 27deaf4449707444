//! SQLite source: a table in a file, opened read only.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::columns::{Columns, listed, role};
use super::file::SourceFile;
use super::row::{Row, Source, Visit, recycle};
use super::settings::SourceSettings;
use crate::error::DataError;
use crate::sqlite_file::{Header, pending_journal};

/// Index of the label in a query's columns, after the text and before further columns.
const LABEL: usize = 1;

/// Source of the rows in a SQLite file.
pub(super) struct Sqlite {
    pub file: SourceFile,
    pub settings: SourceSettings,
}

impl Source for Sqlite {
    fn name(&self) -> String {
        self.file.name()
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        let name = self.name();
        let database = self.file.on_disk()?;
        if pending_journal(&database.path).is_none() {
            check_length(&database.path, &name)?;
        }
        read_table(&database.path, &name, &self.settings, visit)
    }
}

/// Returns an error if the file is shorter than its header states.
fn check_length(path: &Path, name: &str) -> Result<(), DataError> {
    let mut file = File::open(path).map_err(DataError::file("open", name))?;
    let length = file
        .metadata()
        .map_err(DataError::file("read", name))?
        .len();
    let header = Header::read(&mut file).map_err(DataError::file("read", name))?;
    header.check(length, || format!("`{name}`"))
}

/// Reads the table of the database at `path` in the order of its rows; `name` is for messages.
pub(super) fn read_table(
    path: &Path,
    name: &str,
    settings: &SourceSettings,
    visit: &mut Visit<'_>,
) -> Result<(), DataError> {
    let failed = |action| sqlite_error(action, name);
    let connection = open_read_only(path).map_err(failed("open"))?;
    let query = build_query(&connection, name, settings)?;

    let mut statement = connection.prepare(&query).map_err(failed("query"))?;
    let mut rendered = vec![String::new(); statement.column_count()];
    let mut rows = statement.query([]).map_err(failed("query"))?;
    let mut memory = Vec::new();
    let mut number = 0;
    while let Some(row) = rows.next().map_err(failed("read"))? {
        number += 1;

        let mut values = recycle(memory);
        for (column, rendered) in rendered.iter_mut().enumerate() {
            let value = row.get_ref(column).map_err(failed("read"))?;
            let value = render(value, column, rendered).map_err(|cause| DataError::Malformed {
                file: name.to_owned(),
                location: format!("row {number}"),
                cause: format!("the {} {cause}", role(column, settings)),
            })?;
            values.push(Cow::Borrowed(value));
        }

        visit(Row {
            number,
            text: &values[0],
            label: &values[1],
            columns: &values[2..],
            ..Row::default()
        })?;
        memory = recycle(values);
    }
    Ok(())
}

fn sqlite_error(action: &'static str, name: &str) -> impl FnOnce(rusqlite::Error) -> DataError {
    move |source| DataError::Sqlite {
        action,
        file: name.to_owned(),
        source,
    }
}

fn open_read_only(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // A view in an untrusted file may not call functions with side effects.
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

fn build_query(
    connection: &Connection,
    name: &str,
    settings: &SourceSettings,
) -> Result<String, DataError> {
    let failed = |action| sqlite_error(action, name);
    let (table, has_row_id) = find_table(connection, &settings.table)
        .map_err(failed("read the schema of"))?
        .map_or_else(|| Err(missing_table(connection, name, settings)), Ok)?;

    let columns = strings(
        connection,
        "SELECT name FROM pragma_table_info(?1) ORDER BY cid",
        [&table],
    )
    .map_err(failed("read the schema of"))?;
    let columns: Vec<_> = columns.iter().map(String::as_str).collect();
    let found = Columns::find(&columns, settings, name, &format!("table `{table}`"))?;

    let selected: Vec<_> = found
        .indices()
        .map(|index| quoted(columns[index]))
        .collect();
    let order = if has_row_id { " ORDER BY rowid" } else { "" };
    Ok(format!(
        "SELECT {} FROM {}{order}",
        selected.join(", "),
        quoted(&table)
    ))
}

/// Returns the table's name as the schema spells it, and whether its rows have an identifier to
/// order by.
fn find_table(connection: &Connection, table: &str) -> rusqlite::Result<Option<(String, bool)>> {
    connection
        .query_row(
            "SELECT name, type = 'table' AND NOT wr FROM pragma_table_list(?1) WHERE schema = 'main'",
            [table],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()
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
        Err(error) => sqlite_error("read the schema of", name)(error),
    }
}

fn strings(
    connection: &Connection,
    query: &str,
    parameters: impl rusqlite::Params,
) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare(query)?
        .query_map(parameters, |row| row.get(0))?
        .collect()
}

/// Quotes an identifier for SQL, whatever characters it has.
fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

/// Renders a value as text, numbers with `rendered` as their buffer; NULL is empty.
fn render<'v>(
    value: ValueRef<'v>,
    column: usize,
    rendered: &'v mut String,
) -> Result<&'v str, &'static str> {
    rendered.clear();
    match value {
        ValueRef::Null => return Ok(""),
        ValueRef::Text(bytes) => return str::from_utf8(bytes).map_err(|_| "is not UTF-8"),
        ValueRef::Blob(_) => return Err("is a blob; expected text"),
        ValueRef::Integer(number) => write!(rendered, "{number}"),
        // Labels of tables with missing values are often written with 1.0 for 1.
        ValueRef::Real(number) if column <= LABEL => write!(rendered, "{number}"),
        ValueRef::Real(number) => write!(rendered, "{number:?}"),
    }
    .expect("writing to a string does not fail");

    Ok(rendered)
}
