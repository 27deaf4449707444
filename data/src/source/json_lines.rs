//! Rows of a file with one JSON object a line.

use std::borrow::Cow;
use std::io::{BufRead, BufReader};

use serde_json::{Map, Value};

use super::columns::{Columns, role};
use super::file::SourceFile;
use super::row::{Row, Source, Visit};
use super::settings::SourceSettings;
use crate::error::DataError;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file of JSON lines; blank lines count for nothing.
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
        let mut number = 0;
        for line in 1_u64.. {
            bytes.clear();
            let length = reader.read_until(b'\n', &mut bytes).map_err(DataError::file("read", &name))?;
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
            self.visit_object(object, number, line, visit)?;
        }
        Ok(())
    }
}

impl JsonLines {
    fn visit_object(&self, object: &[u8], number: u64, line: u64, visit: &mut Visit<'_>) -> Result<(), DataError> {
        let place = format!("line {line}");
        let malformed = |cause| DataError::Malformed { file: self.name(), place: place.clone(), cause };
        let object: Map<String, Value> =
            serde_json::from_slice(object).map_err(|error| malformed(json_cause(&error)))?;
        let keys: Vec<_> = object.keys().map(String::as_str).collect();
        let columns = Columns::find(&keys, &self.settings, &self.name(), &place)?;
        let values: Vec<_> = columns
            .positions()
            .enumerate()
            .map(|(place, position)| {
                read_value(&object[keys[position]], place)
                    .map_err(|cause| malformed(format!("the {} is {cause}", role(place, &self.settings))))
            })
            .collect::<Result<_, _>>()?;
        visit(Row { number, text: &values[0], label: &values[1], columns: &values[2..] })
    }
}

/// The value at this place of the order text, label, further columns; or what it is and should be.
fn read_value(value: &Value, place: usize) -> Result<Cow<'_, str>, String> {
    let (is_text, is_label) = (place == 0, place == 1);
    match value {
        Value::String(text) => Ok(text.into()),
        Value::Null if is_label => Ok("null".into()),
        Value::Null => Ok("".into()),
        // Tables with gaps are often written with 1.0 for 1.
        Value::Number(label) if is_label => {
            Ok(label.as_f64().map_or_else(|| label.to_string(), |label| label.to_string()).into())
        }
        Value::Number(_) | Value::Bool(_) if !is_text && !is_label => Ok(value.to_string().into()),
        other => {
            let expected = if is_text { "a string" } else { "a string or a number" };
            Err(format!("{}; expected {expected}", kind(other)))
        }
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The parser's answer with its column; it counts lines within the line, which misleads.
fn json_cause(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let cause = message.split(" at line ").next().unwrap_or(&message);
    format!("{cause} at column {}", error.column())
}
