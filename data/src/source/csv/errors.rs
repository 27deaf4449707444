//! Errors of records of another shape than the first one.

use super::dialect::Dialect;
use super::fields::Syntax;
use super::records::{Record, Records};
use crate::error::DataError;

/// Flag that names the single quote, as a shell takes it.
const SINGLE_QUOTE: &str = "`--quote \"'\"`";

/// Returns the error of a record with another number of fields than the first one.
pub(super) fn unequal_lengths(
    file: &str,
    record: &Record,
    first: &Record,
    dialect: &Dialect,
) -> DataError {
    let width = first.len();
    let first = if dialect.has_header {
        "the header has"
    } else {
        "the first record has"
    };
    let delimiter = dialect.describe_delimiter();
    let quote = char::from(dialect.syntax.quote);
    let advice = if is_quoted_singly(record, width, dialect) {
        format!(", as this one has if `'` quotes its texts: read the file with {SINGLE_QUOTE}")
    } else if record.fields().skip(width).all(str::is_empty) && record.len() > width {
        format!(": the fields behind those are empty: remove their {delimiter}")
    } else if record.len() > width {
        let other = if dialect.is_found {
            format!(", or name the delimiter with `--delimiter` if it is not {delimiter}")
        } else {
            String::new()
        };
        format!(": put a text that has {delimiter} in it between quotes (`{quote}`){other}")
    } else if record.len() > 1 {
        format!(": add what is missing, or nothing between two {delimiter} for an empty field")
    } else {
        let origin = if dialect.is_found {
            ", as found in the first records; name another one with `--delimiter`"
        } else {
            ""
        };
        format!(
            ": put a text that has a line break in it between quotes (`{quote}`), and add what is \
             missing; the delimiter is {delimiter}{origin}"
        )
    };

    let fields = match record.len() {
        1 => "1 field".to_owned(),
        number => format!("{number} fields"),
    };
    DataError::malformed_at(
        file,
        record.line,
        format!("{fields}; {first} {width}{advice}"),
    )
}

/// Returns whether the record has as many fields as there are columns once single quotes enclose
/// them.
fn is_quoted_singly(record: &Record, width: usize, dialect: &Dialect) -> bool {
    if dialect.syntax.quote == b'\'' || !record.fields().any(|field| field.starts_with('\'')) {
        return false;
    }
    let fields: Vec<_> = record.fields().collect();
    let delimiter = char::from(dialect.syntax.delimiter).to_string();
    let line = fields.join(&delimiter);

    let syntax = Syntax {
        quote: b'\'',
        ..dialect.syntax
    };
    let mut quoted = Record::default();
    let mut records = Records::with_syntax(line.as_bytes(), "", syntax, 0);
    records.read(&mut quoted).unwrap_or(false) && quoted.len() == width
}

/// Adds to the error of columns that are not found the flag that reads their names without the single
/// quotes around all of them, or the one that reads a file without names.
pub(super) fn with_advice(mut error: DataError, dialect: &Dialect) -> DataError {
    if let DataError::Columns {
        cause, existing, ..
    } = &mut error
    {
        if existing.iter().all(|name| is_between_quotes(name)) {
            *cause = format!("{cause}; `'` quotes the names: read the file with {SINGLE_QUOTE}");
        } else if dialect.has_header && !existing.iter().all(|name| is_name(name)) {
            *cause = format!(
                "{cause}; if that is not a header, remove notes above it, or read a file without one \
                 with `--no-header`, which names the columns by their numbers"
            );
        }
    }
    error
}

/// Returns whether a text can be the name of a column: one that a program would write.
fn is_name(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|first| first.is_alphabetic() || first == '_')
        && text.split_whitespace().count() <= 2
}

fn is_between_quotes(name: &str) -> bool {
    name.len() > 1 && name.starts_with('\'') && name.ends_with('\'')
}

/// Returns the error of a record that is the header again.
pub(super) fn repeated_header(file: &str, record: &Record) -> DataError {
    let cause = "it repeats the header: several files were joined; name each with its own `--data`";
    DataError::malformed_at(file, record.line, cause.to_owned())
}
