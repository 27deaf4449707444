//! Value of SQLite as text.

use std::fmt::Write as _;

use rusqlite::types::ValueRef;

/// Renders a value as text, numbers with `rendered` as their buffer; NULL is empty, and a BLOB is
/// taken as text if it is UTF-8.
///
/// # Errors
///
/// A description of the value and of what helps.
pub(super) fn render<'v>(
    value: ValueRef<'v>,
    rendered: &'v mut String,
) -> Result<&'v str, &'static str> {
    rendered.clear();
    match value {
        ValueRef::Null => return Ok(""),
        ValueRef::Text(bytes) => return str::from_utf8(bytes).map_err(|_| "is not UTF-8"),
        ValueRef::Blob(bytes) => {
            return str::from_utf8(bytes).map_err(|_| {
                "is a BLOB that is not UTF-8; select a text instead with `--query`, for example \
                 `hex(…)` or a `CAST(… AS TEXT)` of an encoded text"
            });
        }
        ValueRef::Integer(number) => write!(rendered, "{number}"),
        ValueRef::Real(number) => write!(rendered, "{number:?}"),
    }
    .expect("writing to a string does not fail");

    Ok(rendered)
}
