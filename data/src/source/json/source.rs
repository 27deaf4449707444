//! Source of the rows in a file of JSON objects.

use std::io::BufReader;

use super::object::{self, JsonObject, JsonText};
use super::objects::{Objects, SEARCHED_OBJECTS};
use super::repair::repair;
use super::value::read_value;
use crate::error::DataError;
use crate::excerpt::excerpt;
use crate::source::columns::{Columns, role};
use crate::source::file::SourceFile;
use crate::source::row::{Row, Source, Visit};
use crate::source::settings::SourceSettings;

/// Maximum depth of the nested keys that a message lists.
const MAX_DEPTH: usize = 4;

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
            first: None,
            names: vec![None; self.settings.columns.len() + 2],
            keys: Keys::default(),
        };

        while objects.advance()? {
            if rows.number == SEARCHED_OBJECTS {
                rows.check_found()?;
            }
            rows.number += 1;
            if rows.visit_line(&objects, visit)? {
                objects.skip_line();
            } else {
                let length = objects.measure()?;
                rows.visit_measured(&objects, length, visit)?;
                objects.skip(length);
            }
        }
        rows.check_found()
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
    first: Option<FirstObject>,
    /// Keys of the text, the label and the further columns, once an object has them.
    names: Vec<Option<String>>,
    keys: Keys,
}

/// The first object of the file, for messages.
struct FirstObject {
    line: u64,
    /// Its keys, and the paths to nested ones.
    paths: Vec<String>,
    /// Key of an array of objects.
    array: Option<String>,
}

impl FirstObject {
    fn new(entries: &[object::Entry<'_>], line: u64) -> Self {
        let is_array = |(_, value): &&object::Entry<'_>| {
            let inner = value.get().strip_prefix('[').unwrap_or_default();
            inner.trim_start().starts_with('{')
        };
        let array = entries.iter().find(is_array);
        Self {
            line,
            paths: object::all_paths(entries, MAX_DEPTH),
            array: array.map(|(JsonText(key), _)| key.clone().into_owned()),
        }
    }
}

/// Keys of the last object and those among them that are columns; the next object mostly has the same.
#[derive(Default)]
struct Keys {
    keys: Vec<String>,
    /// Index of each column's key; none for one that the object lacks.
    columns: Vec<Option<usize>>,
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
        let value = |(index, key): (usize, &Option<usize>)| {
            // A key that is missing is as one with null.
            let Some(key) = *key else {
                return Ok("".into());
            };
            read_value(entries[key].1, index)
                .map_err(|cause| malformed(format!("the {} {cause}", role(index, settings))))
        };
        let values: Vec<_> = columns
            .iter()
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
    ) -> Result<&[Option<usize>], DataError> {
        let keys = || entries.iter().map(|(JsonText(key), _)| key.as_ref());
        if self.first.is_none() || !keys().eq(self.keys.keys.iter()) {
            let keys: Vec<_> = keys().collect();
            object::check_keys(&keys, self.name, line)?;

            self.keys.columns.clear();
            for (index, name) in self.names.iter_mut().enumerate() {
                let found = Columns::find_one(index, &keys, self.settings, name.as_deref())
                    .map_err(|cause| {
                        DataError::columns(&keys, self.name, &format!("line {line}"), cause)
                    })?;
                if let Some(found) = found {
                    name.get_or_insert_with(|| keys[found].to_owned());
                }
                self.keys.columns.push(found);
            }

            self.keys.keys = keys.into_iter().map(str::to_owned).collect();
            self.first
                .get_or_insert_with(|| FirstObject::new(entries, line));
        }
        Ok(&self.keys.columns)
    }

    /// Checks that each column was in an object so far, if there was any.
    fn check_found(&self) -> Result<(), DataError> {
        let Some(first) = &self.first else {
            return Ok(());
        };
        let Some(index) = self.names.iter().position(Option::is_none) else {
            return Ok(());
        };
        let paths: Vec<_> = first.paths.iter().map(String::as_str).collect();
        let location = format!("line {}", first.line);
        let mut error = Columns::missing(index, &paths, self.settings, self.name, &location);
        if let (DataError::Columns { cause, .. }, Some(array)) = (&mut error, &first.array) {
            *cause = format!(
                "{cause}; if its rows are in the array {array}, write them one a line, as `jq -c '.[\"{key}\"][]'` does",
                array = excerpt(array),
                key = array.escape_default()
            );
        }
        Err(error)
    }
}

fn malformed(name: &str, line: u64, cause: String) -> DataError {
    DataError::Malformed {
        file: name.to_owned(),
        location: format!("line {line}"),
        cause,
    }
}
