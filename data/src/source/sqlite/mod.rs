//! SQLite source: a table in a file or the rows of a query, read only.

mod database;
mod error;
mod query;
mod value;

use std::borrow::Cow;
use std::fs::File;
use std::path::Path;

use self::database::Database;
use self::error::{failed, row_error};
use self::query::Query;
use super::columns::role;
use super::file::SourceFile;
use super::row::{Row, Source, Visit, recycle};
use super::settings::SourceSettings;
use crate::error::DataError;
use crate::sqlite_file::{Header, pending_journal};

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
        read_database(&database.path, &name, &self.settings, visit)
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

/// Reads the table of the database at `path` in the order of its rows, or the rows of the
/// settings' query; `name` is for messages.
pub(super) fn read_database(
    path: &Path,
    name: &str,
    settings: &SourceSettings,
    visit: &mut Visit<'_>,
) -> Result<(), DataError> {
    let database = Database::open(path, name)?;
    let Query {
        mut statement,
        columns,
    } = Query::prepare(database.connection(), name, settings)?;
    let indices: Vec<_> = columns.indices().collect();

    let mut rendered = vec![String::new(); indices.len()];
    let mut rows = statement.query([]).map_err(failed("query", name))?;
    let mut memory = Vec::new();
    for number in 1.. {
        let failed = |source| row_error(name, number, source);
        let Some(row) = rows.next().map_err(failed)? else {
            break;
        };

        let mut values = recycle(memory);
        for (index, (&column, rendered)) in indices.iter().zip(&mut rendered).enumerate() {
            let value = row.get_ref(column).map_err(failed)?;
            let value = value::render(value, rendered).map_err(|cause| DataError::Malformed {
                file: name.to_owned(),
                location: format!("row {number}"),
                cause: format!("the {} {cause}", role(index, settings)),
            })?;
            values.push(Cow::Borrowed(value));
        }

        visit(Row::of_values(number, &values))?;
        memory = recycle(values);
    }
    Ok(())
}
