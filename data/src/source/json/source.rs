//! Source of the rows in a file of JSON objects.

use std::io::BufReader;

use super::object::{self, JsonObject, JsonText};
use super::objects::Objects;
use super::repair::repair;
use super::value::read_value;
use crate::error::DataError;
use crate::source::columns::{Columns, role};
use crate::source::file::SourceFile;
use crate::source::row::{Row, Source, Visit};
use crate::source::settings::SourceSettings;

/// Source of the rows in a file of JSON objects: one object per line, objects over several lines,
/// or an array of objects. A column is a key, or a path of keys with dots.
pub(in crate::source) struct Json {
    pub file: SourceFile,
    pub settings: SourceSettings,
}

impl Source for Json {
    fn name(&self) -> String {
        self.file.name()
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        self.read_rows(visit)
            .map_err(|error| self.file.cause_of(error))
    }
}

impl Json {
    fn read_rows(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        let name = self.name();
        let mut objects = Objects::new(&name, BufReader::new(self.file.reader()?), 1);
        let mut rows = Rows {
            name: &name,
            settings: &self.settings,
            paths: paths(&self.settings),
            number: 0,
            keys: Keys::default(),
        };

        while objects.advance()? {
            rows.number += 1;
            if rows.visit_line(&objects, visit)? {
                objects.skip_line();
            } else {
                let length = objects.measure()?;
                rows.visit_measured(&objects, length, visit)?;
                objects.skip(length);
            }
        }
        Ok(())
    }
}

/// Returns the settings' columns that may be paths: those with a dot.
fn paths(settings: &SourceSettings) -> Vec<String> {
    settings
        .text_column
        .iter()
        .chain(&settings.label_column)
        .chain(&settings.columns)
        .filter(|name| name.contains('.'))
        .cloned()
        .collect()
}

/// Visitor of the objects, one after the other.
struct Rows<'s> {
    name: &'s str,
    settings: &'s SourceSettings,
    paths: Vec<String>,
    /// Number of the current object, from 1.
    number: u64,
    keys: Keys,
}

/// Keys of the last object and the columns found among them; the next object mostly has the same.
#[derive(Default)]
struct Keys {
    keys: Vec<String>,
    columns: Option<Columns>,
}

impl Rows<'_> {
    /// Visits the object if it is well-formed and a whole line, and returns whether it was.
    fn visit_line<R>(
        &mut self,
        objects: &Objects<R>,
        visit: &mut Visit<'_>,
    ) -> Result<bool, DataError> {
        let object = objects.rest_of_line().map(serde_json::from_slice);
        let Some(Ok(object)) = object else {
            return Ok(false);
        };
        self.visit_object(object, objects.line(), visit)?;
        Ok(true)
    }

    /// Visits the object with that number of bytes.
    fn visit_measured<R>(
        &mut self,
        objects: &Objects<R>,
        length: usize,
        visit: &mut Visit<'_>,
    ) -> Result<(), DataError> {
        let text = repair(objects.text(length)?);
        let object = objects.parse(&text)?;
        self.visit_object(object, objects.line(), visit)
    }

    fn visit_object(
        &mut self,
        JsonObject(mut entries): JsonObject<'_>,
        line: u64,
        visit: &mut Visit<'_>,
    ) -> Result<(), DataError> {
        let (name, number, settings) = (self.name, self.number, self.settings);
        let malformed = |cause| malformed(name, line, cause);
        object::add_paths(&mut entries, &self.paths).map_err(malformed)?;

        let columns = self.find_columns(&entries, line)?;
        let value = |(index, key): (usize, usize)| {
            read_value(entries[key].1, index)
                .map_err(|cause| malformed(format!("the {} {cause}", role(index, settings))))
        };
        let values: Vec<_> = columns
            .indices()
            .enumerate()
            .map(value)
            .collect::<Result<_, _>>()?;

        visit(Row {
            line: Some(line),
            ..Row::of_values(number, &values)
        })
    }

    /// Finds the columns among the keys of an object, or returns those of the last object if the
    /// keys are equal.
    fn find_columns(
        &mut self,
        entries: &[object::Entry<'_>],
        line: u64,
    ) -> Result<&Columns, DataError> {
        let keys = || entries.iter().map(|(JsonText(key), _)| key.as_ref());
        let last = &mut self.keys;

        if last.columns.is_none() || !keys().eq(last.keys.iter()) {
            let keys: Vec<_> = keys().collect();
            object::check_keys(&keys, self.name, line)?;

            let location = format!("line {line}");
            let found = Columns::find(&keys, self.settings, self.name, &location);
            let columns = match found {
                Err(error) if last.columns.is_some() => return Err(not_as_before(error)),
                found => found?,
            };
            last.columns = Some(columns);
            last.keys = keys.into_iter().map(str::to_owned).collect();
        }

        let columns = last.columns.as_ref();
        Ok(columns.expect("they are found for the first keys"))
    }
}

/// Returns the error of an object that lacks a key of those before it: no flag would mend that.
fn not_as_before(error: DataError) -> DataError {
    match error {
        DataError::Columns {
            file,
            location,
            cause,
            ..
        } => {
            let difference = cause.rsplit_once(": ").map_or(&*cause, |(start, _)| start);
            DataError::Malformed {
                file,
                location,
                cause: format!("{difference}, unlike the objects before it"),
            }
        }
        error => error,
    }
}

fn malformed(name: &str, line: u64, cause: String) -> DataError {
    DataError::Malformed {
        file: name.to_owned(),
        location: format!("line {line}"),
        cause,
    }
}
