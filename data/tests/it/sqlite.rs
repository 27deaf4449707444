//! SQLite files in every state: with a log, a journal or a lock, encrypted, and queries on them.

use std::fs;
use std::path::Path;

use relevance_data::archive::pack;
use relevance_data::{DataError, EMBEDDED, SourceSettings, open};
use relevance_storage::error_chain;
use rusqlite::Connection;

use crate::support::{assert_parts, listing, sqlite, write};

const ROWS: &str = "CREATE TABLE data (text, class_label);
                    INSERT INTO data VALUES ('fire', 1), ('calm', 0);";

/// Returns text and label of each row.
fn read_with(
    location: &str,
    settings: &SourceSettings,
) -> Result<Vec<(String, String)>, DataError> {
    let mut rows = Vec::new();
    open(location, settings)?.read(&mut |row| {
        rows.push((row.text.to_owned(), row.label.to_owned()));
        Ok(())
    })?;
    Ok(rows)
}

fn read(path: &Path) -> Result<Vec<(String, String)>, DataError> {
    read_with(path.to_str().unwrap(), &SourceSettings::default())
}

fn query(query: &str) -> SourceSettings {
    SourceSettings {
        query: Some(query.to_owned()),
        ..SourceSettings::default()
    }
}

fn pairs(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter()
        .map(|(text, label)| ((*text).to_owned(), (*label).to_owned()))
        .collect()
}

#[track_caller]
fn assert_error(path: &Path, parts: &[&str]) {
    let message = error_chain(&read(path).unwrap_err());
    assert_parts(&message, parts);
}

/// Copies the files of a database, as a killed program leaves them, into a new directory.
fn left_behind(database: &Path, name: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let copy = directory.path().join(name);
    fs::copy(database, &copy).unwrap();
    for suffix in ["-wal", "-journal"] {
        let beside = format!("{}{suffix}", database.display());
        if Path::new(&beside).exists() {
            fs::copy(beside, format!("{}{suffix}", copy.display())).unwrap();
        }
    }
    (directory, copy)
}

#[test]
fn changes_in_a_write_ahead_log_are_read_and_nothing_is_left_beside_the_database() {
    let (_directory, database) = sqlite(ROWS);
    let connection = Connection::open(&database).unwrap();
    let changes = "PRAGMA journal_mode = WAL; INSERT INTO data VALUES ('more', 1)";
    connection.execute_batch(changes).unwrap();
    let (directory, copy) = left_behind(&database, "my ?#%41 d\u{e4}ta.db");
    let names = listing(directory.path());
    assert_eq!(names.len(), 2, "{names:?}");
    let bytes = fs::read(&copy).unwrap();

    let want = pairs(&[("fire", "1"), ("calm", "0"), ("more", "1")]);
    assert_eq!(read(&copy).unwrap(), want);
    assert_eq!(listing(directory.path()), names);
    assert_eq!(fs::read(&copy).unwrap(), bytes);
    assert_eq!(read(&database).unwrap(), want);

    connection.close().unwrap();
    let (directory, copy) = left_behind(&database, "my ?#%41 d\u{e4}ta.db");
    assert_eq!(read(&copy).unwrap(), want);
    assert_eq!(listing(directory.path()).len(), 1);
}

#[test]
fn files_that_cannot_be_written_are_read() {
    use std::os::unix::fs::PermissionsExt as _;

    let (_directory, database) = sqlite(ROWS);
    let connection = Connection::open(&database).unwrap();
    let changes = "PRAGMA journal_mode = WAL; INSERT INTO data VALUES ('more', 1)";
    connection.execute_batch(changes).unwrap();
    let (directory, copy) = left_behind(&database, "a.db");
    for name in listing(directory.path()) {
        let permissions = fs::Permissions::from_mode(0o444);
        fs::set_permissions(directory.path().join(name), permissions).unwrap();
    }
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o555)).unwrap();

    let rows = read(&copy);
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(rows.unwrap().len(), 3);
}

#[test]
fn transaction_that_was_never_finished_is_undone_in_a_copy() {
    let (_directory, database) = sqlite(ROWS);
    let connection = Connection::open(&database).unwrap();
    // A small cache writes the changes to the file before they are committed.
    let changes = "PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN;
                   UPDATE data SET class_label = 0;
                   WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                   INSERT INTO data SELECT 'uncommitted text ' || i, 1 FROM n;";
    connection.execute_batch(changes).unwrap();
    let (directory, copy) = left_behind(&database, "a.db");
    let names = listing(directory.path());
    assert_eq!(names, ["a.db", "a.db-journal"]);
    let bytes = fs::read(&copy).unwrap();
    assert!(bytes.windows(11).any(|window| window == b"uncommitted"));

    assert_eq!(read(&copy).unwrap(), pairs(&[("fire", "1"), ("calm", "0")]));
    assert_eq!(listing(directory.path()), names);
    assert_eq!(fs::read(&copy).unwrap(), bytes);
}

#[test]
fn database_that_another_program_has_locked_is_told() {
    let (_directory, database) = sqlite(ROWS);
    let connection = Connection::open(&database).unwrap();
    connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
    assert_error(&database, &["my.db`", "another program has it locked"]);

    connection.execute_batch("COMMIT").unwrap();
    assert_eq!(read(&database).unwrap().len(), 2);
}

#[test]
fn query_selects_rows_columns_and_labels() {
    let (_directory, database) = sqlite(ROWS);
    let archive = database.with_extension("tar.gz");
    pack(&database, &archive).unwrap();
    let sql =
        "SELECT CASE WHEN class_label = 1 THEN 'spam' ELSE 'ham' END AS label, upper(text) AS text
               FROM data ORDER BY rowid DESC; -- done";

    for path in [&database, &archive] {
        let rows = read_with(path.to_str().unwrap(), &query(sql)).unwrap();
        assert_eq!(rows, pairs(&[("CALM", "ham"), ("FIRE", "spam")]));
    }
    let sql = "SELECT text, class_label FROM data LIMIT 3";
    assert_eq!(read_with(EMBEDDED, &query(sql)).unwrap().len(), 3);
}

#[test]
fn query_that_is_not_one_select_is_refused() {
    let (directory, database) = sqlite(ROWS);
    for (sql, parts) in [
        ("DELETE FROM data", ["query", "writes to the database"]),
        (
            "DELETE FROM data RETURNING text, class_label",
            ["query", "writes to the database"],
        ),
        (
            "SELECT text, class_label FROM data; DELETE FROM data",
            ["query", "second statement"],
        ),
        ("ATTACH 'other.db' AS other", ["query", "gives no rows"]),
        ("", ["query", "gives no rows"]),
        (
            "SELECT ?1 AS text, 1 AS class_label",
            ["query", "parameters"],
        ),
        ("SELEKT 1", ["cannot query", "syntax error"]),
        (
            "SELECT * FROM nowhere",
            ["cannot query", "no such table: nowhere"],
        ),
        ("SELECT 1 AS a", ["query: no text column", "there is `a`"]),
        (
            "SELECT text, abs(-9223372036854775807 - class_label) AS class_label FROM data ORDER BY 2",
            ["cannot read row", "integer overflow"],
        ),
    ] {
        let error = read_with(database.to_str().unwrap(), &query(sql)).unwrap_err();
        assert_parts(&error_chain(&error), &parts);
    }
    assert_eq!(read(&database).unwrap().len(), 2);
    assert_eq!(listing(directory.path()), ["my.db"]);
}

#[test]
fn generated_columns_are_found() {
    for kind in ["VIRTUAL", "STORED"] {
        let (_directory, database) = sqlite(&format!(
            "CREATE TABLE data (raw, text AS (lower(raw)) {kind}, class_label);
             INSERT INTO data VALUES ('FIRE', 1)"
        ));
        assert_eq!(read(&database).unwrap(), pairs(&[("fire", "1")]), "{kind}");
    }
}

#[test]
fn blob_is_taken_as_text_if_it_is_utf8() {
    let (_directory, database) = sqlite(
        "CREATE TABLE data (text, class_label);
         INSERT INTO data VALUES (CAST('größer' AS BLOB), CAST('1' AS BLOB)), (NULL, 1.0)",
    );
    assert_eq!(
        read(&database).unwrap(),
        pairs(&[("größer", "1"), ("", "1.0")])
    );

    let insert = "INSERT INTO data VALUES (x'ff', 1)";
    Connection::open(&database)
        .unwrap()
        .execute_batch(insert)
        .unwrap();
    assert_error(
        &database,
        &["row 3: the text is a BLOB that is not UTF-8", "CAST"],
    );
}

#[test]
fn file_with_the_ending_of_a_database_that_is_none_is_told() {
    for name in ["a.db", "a.sqlite", "a.SQLITE3"] {
        let (_directory, path) = write(name, "");
        assert_error(&path, &[name, "is empty"]);
        let (_directory, path) = write(name, [0x5a; 8192]);
        assert_error(&path, &[name, "not a SQLite database", "may be encrypted"]);
    }
}
