//! JSON lines source: one object per line.

use std::io::{BufRead, BufReader};

use serde_json::value::RawValue;

use super::columns::{Columns, role};
use super::file::SourceFile;
use super::json_object::{JsonObject, JsonText, read_value};
use super::row::{Row, Source, Visit};
use super::settings::SourceSettings;
use crate::error::DataError;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Source of the rows in a file of JSON lines; lines of whitespace are skipped.
pub(super) struct JsonLines {
    pub file: SourceFile,
    pub settings: SourceSettings,
}

impl Source for JsonLines {
    fn name(&self) -> String {
        self.file.name()
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        let name = self.name();
        let mut reader = BufReader::new(self.file.reader()?);
        let mut bytes = Vec::new();
        let (mut number, mut keys) = (0, Keys::default());

        for line in 1_u64.. {
            bytes.clear();
            let length = reader
                .read_until(b'\n', &mut bytes)
                .map_err(DataError::file("read", &name))?;
            if length == 0 {
                break;
            }

            let object = match (line, bytes.strip_prefix(BYTE_ORDER_MARK)) {
                (1, Some(rest)) => rest,
                _ => &bytes,
            };
            if object.trim_ascii().is_empty() {
                continue;
            }

            number += 1;
            self.visit_object(object, (number, line), &mut keys, visit)?;
        }
        Ok(())
    }
}

/// Keys of the last line and the columns found among them; the next line mostly has the same.
#[derive(Default)]
struct Keys {
    keys: Vec<String>,
    columns: Option<Columns>,
}

impl JsonLines {
    fn visit_object(
        &self,
        object: &[u8],
        (number, line): (u64, u64),
        keys: &mut Keys,
        visit: &mut Visit<'_>,
    ) -> Result<(), DataError> {
        let malformed = |cause| DataError::Malformed {
            file: self.name(),
            location: format!("line {line}"),
            cause,
        };

        let JsonObject(entries) =
            serde_json::from_slice(object).map_err(|error| malformed(json_cause(&error)))?;
        let columns = self.find_columns(&entries, line, keys)?;
        let value = |(index, key): (usize, usize)| {
            read_value(entries[key].1, index)
                .map_err(|cause| malformed(format!("the {} {cause}", role(index, &self.settings))))
        };
        let values: Vec<_> = columns
            .indices()
            .enumerate()
            .map(value)
            .collect::<Result<_, _>>()?;

        visit(Row {
            number,
            line: Some(line),
            text: &values[0],
            label: &values[1],
            columns: &values[2..],
            ..Row::default()
        })
    }

    /// Finds the columns among the keys of a line, or returns those of the last line if the keys
    /// are equal.
    fn find_columns<'k>(
        &self,
        entries: &[(JsonText<'_>, &RawValue)],
        line: u64,
        last: &'k mut Keys,
    ) -> Result<&'k Columns, DataError> {
        let keys = || entries.iter().map(|(JsonText(key), _)| key.as_ref());
        if last.columns.is_none() || !keys().eq(last.keys.iter()) {
            let location = format!("line {line}");
            let keys: Vec<_> = keys().collect();
            if let Some(key) = duplicate(&keys) {
                return Err(DataError::Malformed {
                    file: self.name(),
                    location,
                    cause: format!("the key `{}` is there twice", key.escape_debug()),
                });
            }

            last.columns = Some(Columns::find(
                &keys,
                &self.settings,
                &self.name(),
                &location,
            )?);
            last.keys = keys.into_iter().map(str::to_owned).collect();
        }

        Ok(last
            .columns
            .as_ref()
            .expect("they are found for the first keys"))
    }
}

/// Returns the first key that occurs a second time.
fn duplicate<'k>(keys: &[&'k str]) -> Option<&'k str> {
    let is_duplicate = |&index: &usize| keys[..index].contains(&keys[index]);
    (1..keys.len()).find(is_duplicate).map(|index| keys[index])
}

/// Formats the parser's message with its column, but without its line number, which counts within
/// the line.
fn json_cause(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let cause = message.split(" at line ").next().unwrap_or(&message);
    format!("{cause} at column {}", error.column())
}
