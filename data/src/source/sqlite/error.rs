//! SQLite's errors with what was read.

use rusqlite::{Error, ErrorCode};

use crate::error::DataError;

/// Returns a conversion of SQLite's error for `map_err`.
pub(super) fn failed(action: &'static str, name: &str) -> impl Fn(Error) -> DataError {
    move |source| {
        let file = name.to_owned();
        if is_locked(&source) {
            return DataError::DatabaseLocked { file };
        }
        DataError::Sqlite {
            action,
            file,
            source,
        }
    }
}

/// Converts SQLite's error of a row.
pub(super) fn row_error(name: &str, row: u64, source: Error) -> DataError {
    let file = name.to_owned();
    if is_locked(&source) {
        return DataError::DatabaseLocked { file };
    }
    DataError::SqliteRow { file, row, source }
}

/// Whether another program holds the database.
pub(super) fn is_locked(error: &Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}
