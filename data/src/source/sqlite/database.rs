//! Connection to a database that leaves no file beside it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use relevance_storage::TemporaryFolder;
use rusqlite::{Connection, OpenFlags};
use url::Url;

use super::error::{failed, is_locked};
use crate::error::{CopyWriter, DataError, ReadError};
use crate::sqlite_file::{Header, beside};

/// Time to wait for a lock of another program.
const BUSY_TIMEOUT: Duration = Duration::from_secs(3);

/// Maximum number of copies of a database that changes meanwhile.
const MAX_COPIES: usize = 3;

/// Connection, and the copy of the database that it reads, if any.
pub(super) struct Database {
    connection: Connection,
    _copy: Option<TemporaryFolder>,
}

impl Database {
    /// Opens the database at `path`; `name` is for messages.
    ///
    /// - A database in write-ahead mode is read as a file that nobody changes, since SQLite would
    ///   put files beside it.
    /// - Changes in a write-ahead log (`-wal`), or a journal (`-journal`) of a transaction that was
    ///   never finished, are applied to or undone in a temporary copy.
    pub fn open(path: &Path, name: &str) -> Result<Self, DataError> {
        let path = fs::canonicalize(path).map_err(DataError::file("open", name))?;
        if is_pending(&path, "-wal") {
            return Self::open_copy(&path, "-wal", name);
        }
        if has_write_ahead_mode(&path).map_err(DataError::file("open", name))? {
            return Self::open_immutable(&path, name);
        }

        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY, name)?;
        match probe(&connection) {
            Err(error) if !is_locked(&error) && is_pending(&path, "-journal") => {
                drop(connection);
                Self::open_copy(&path, "-journal", name)
            }
            Err(error) => Err(failed("open", name)(error)),
            Ok(()) => Ok(Self {
                connection,
                _copy: None,
            }),
        }
    }

    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    fn open_immutable(path: &Path, name: &str) -> Result<Self, DataError> {
        let mut url = Url::from_file_path(path)
            .map_err(|()| DataError::file("open", name)(io::ErrorKind::InvalidFilename.into()))?;
        url.set_query(Some("immutable=1"));
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;

        Ok(Self {
            connection: connect(Path::new(url.as_str()), flags, name)?,
            _copy: None,
        })
    }

    fn open_copy(path: &Path, suffix: &str, name: &str) -> Result<Self, DataError> {
        let copy_failed = || DataError::file("copy the database to a temporary folder of", name);
        let folder = TemporaryFolder::create()
            .map_err(ReadError::temporary_copy)
            .map_err(copy_failed())?;
        let copy = folder.path().join("db.sqlite");
        if !copy_settled(path, suffix, &copy).map_err(copy_failed())? {
            return Err(DataError::DatabaseLocked {
                file: name.to_owned(),
            });
        }

        // SQLite writes to the copy to apply the log or to undo the transaction.
        let connection = connect(&copy, OpenFlags::SQLITE_OPEN_READ_WRITE, name)?;
        probe(&connection).map_err(failed("open", name))?;
        Ok(Self {
            connection,
            _copy: Some(folder),
        })
    }
}

fn connect(path: &Path, flags: OpenFlags, name: &str) -> Result<Connection, DataError> {
    let connect = || {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // A view in an untrusted file may not call functions with side effects.
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "query_only", true)?;
        // Damage is found where a page is read rather than where its cells are.
        connection.pragma_update(None, "cell_size_check", true)?;
        Ok(connection)
    };
    connect().map_err(failed("open", name))
}

/// Reads the schema, which needs a lock and undoes an unfinished transaction.
fn probe(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

/// Copies a file to a temporary folder.
fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let mut from = File::open(from)?;
    let to = File::create(to).map_err(ReadError::temporary_copy)?;
    io::copy(&mut from, &mut CopyWriter(to)).map(|_| ())
}

/// Copies the database and its log or journal, and returns whether neither changed meanwhile.
fn copy_settled(path: &Path, suffix: &str, copy: &Path) -> io::Result<bool> {
    let (log, log_copy) = (beside(path, suffix), beside(copy, suffix));
    for _ in 0..MAX_COPIES {
        let before = [state(path)?, state(&log)?];
        copy_file(path, copy)?;
        copy_file(&log, &log_copy)?;

        if before == [state(path)?, state(&log)?] {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns length and time of a file.
fn state(path: &Path) -> io::Result<(u64, Option<SystemTime>)> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.len(), metadata.modified().ok()))
}

/// Returns whether there is a file with this suffix beside the database that is not empty.
fn is_pending(database: &Path, suffix: &str) -> bool {
    let beside: PathBuf = beside(database, suffix);
    fs::metadata(beside).is_ok_and(|metadata| metadata.len() > 0)
}

/// Returns whether readers of the database need a write-ahead log.
fn has_write_ahead_mode(path: &Path) -> io::Result<bool> {
    let header = Header::read(&mut File::open(path)?)?;
    Ok(header.has_write_ahead_mode())
}
