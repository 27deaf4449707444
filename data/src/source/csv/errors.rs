//! Errors of records of another shape than the first one.

use super::dialect::Dialect;
use super::records::Record;
use crate::error::DataError;

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
    let advice = if record.len() > width {
        let quote = char::from(dialect.syntax.quote);
        format!("a text with {delimiter} in it must stand in quotes (`{quote}`)")
    } else {
        format!("the delimiter is {delimiter}")
    };
    let origin = if dialect.is_found {
        ", as found in the first records; name another one with `--delimiter`"
    } else {
        ""
    };

    let fields = match record.len() {
        1 => "1 field".to_owned(),
        number => format!("{number} fields"),
    };
    DataError::malformed_at(
        file,
        record.line,
        format!("{fields}; {first} {width}: {advice}{origin}"),
    )
}

/// Returns the error of a record that is the header again.
pub(super) fn repeated_header(file: &str, record: &Record) -> DataError {
    let cause = "it repeats the header: several files were joined; name each with its own `--data`";
    DataError::malformed_at(file, record.line, cause.to_owned())
}
