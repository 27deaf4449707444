//! Rows of a file with one JSON object a line.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use serde_json::{Map, Value};

use super::columns::Columns;
use super::row::{Row, Source, Visit};
use super::settings::SourceSettings;
use crate::error::DataError;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file of JSON lines on disk; blank lines count for nothing.
pub(super) struct JsonLines {
    pub path: PathBuf,
    pub settings: SourceSettings,
}

impl Source for JsonLines {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), DataError> {
        let name = self.name();
        let file = File::open(&self.path).map_err(DataError::file("open", &name))?;
        let mut reader = BufReader::new(file);
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
            let place = format!("line {line}");
            let (text, label) = self.read_object(object, &place)?;
            visit(Row { number, text, label })?;
        }
        Ok(())
    }
}

impl JsonLines {
    /// Text and label of one object.
    fn read_object(&self, object: &[u8], place: &str) -> Result<(String, String), DataError> {
        let malformed = |cause| DataError::Malformed { file: self.name(), place: place.to_owned(), cause };
        let object: Map<String, Value> =
            serde_json::from_slice(object).map_err(|error| malformed(json_cause(&error)))?;
        let keys: Vec<_> = object.keys().map(String::as_str).collect();
        let columns = Columns::find(&keys, &self.settings, &self.name(), place)?;
        let value = |column: usize| &object[keys[column]];
        let text = match value(columns.text) {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => return Err(malformed(format!("the text is {}; expected a string", kind(other)))),
        };
        let label = match value(columns.label) {
            Value::String(label) => label.clone(),
            // Tables with gaps are often written with 1.0 for 1.
            Value::Number(label) => label.as_f64().map_or_else(|| label.to_string(), |number| number.to_string()),
            Value::Null => "null".to_owned(),
            other => {
                let cause = format!("the label is {}; expected a string or a number", kind(other));
                return Err(malformed(cause));
            }
        };
        Ok((text, label))
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
