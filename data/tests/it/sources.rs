//! The same rows from every kind of source, and errors.

use std::path::Path;

use relevance_data::archive::pack;
use relevance_data::{
    DataError, Dataset, EMBEDDED, Label, LabelOrigin, LabelSettings, Source, SourceSettings,
    Undecided, Unlabelled, open,
};
use relevance_storage::error_chain;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::{Tarball, assert_parts, base64, gzip, sqlite, write};

const TABLE: &str = r#"
    CREATE TABLE "data" ("index" INTEGER, "text" TEXT, "choose_one" TEXT, "class_label" INTEGER);
    INSERT INTO data VALUES
        (0, 'fire near the "old" mill, they say', 'Relevant', 1),
        (1, '', 'Not Relevant', 0),
        (2, 'zwei Zeilen
für alle', 'Can''t Decide', 2);
"#;
const CSV: &str = "\u{feff}index,text,choose_one,class_label\r\n\
    0,\"fire near the \"\"old\"\" mill, they say\",Relevant,1\r\n\
    1,,Not Relevant,0\r\n\
    2,\"zwei Zeilen\nfür alle\",Can\u{2019}t Decide,2\r\n";
const JSON_LINES: &str = "\u{feff}{\"te\\u0078t\": \"fire near the \\\"old\\\" mill, they say\", \"choose_one\": \"Relevant\"}\r\n\
    \n\
    {\"class_label\": 0, \"text\": null, \"unused\": [1, {}]}\n\
    {\"text\": \"zwei Zeilen\\nfür alle\", \"choose_one\": 2.0}";

fn settings() -> SourceSettings {
    SourceSettings::default()
}

fn opened(path: &Path, settings: &SourceSettings) -> Result<Box<dyn Source>, DataError> {
    open(path.to_str().unwrap(), settings)
}

fn read(path: &Path, settings: &SourceSettings) -> Result<Dataset, DataError> {
    Dataset::read(opened(path, settings)?.as_ref(), &LabelSettings::default())
}

#[track_caller]
fn error_message(path: &Path, settings: &SourceSettings) -> String {
    let message = error_chain(&read(path, settings).unwrap_err());
    assert_parts(&message, &[path.file_name().unwrap().to_str().unwrap()]);
    message
}

fn archive_of(database: &Path, name: &str) -> (TempDir, std::path::PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    pack(database, &path).unwrap();
    (directory, path)
}

#[test]
fn same_rows_give_the_same_digest_whatever_the_format() {
    let (_database_directory, database) = sqlite(TABLE);
    let (_archive_directory, archive) = archive_of(&database, "a.tar.gz");
    let (_csv_directory, csv) = write("a.CSV", CSV);
    let (_json_directory, json) = write("a.jsonl", JSON_LINES);
    let want = read(&database, &settings()).unwrap();

    assert_eq!(want.source, database.display().to_string());
    assert_eq!(
        want.digest,
        "35531355c9247be5228f2ec67550fdfc8c442ad345269248a1f02b71e65da17c"
    );

    let texts = [
        "fire near the \"old\" mill, they say",
        "",
        "zwei Zeilen\nfür alle",
    ];
    assert_eq!(want.texts, texts.into_iter().collect());
    assert_eq!(
        want.labels,
        [Label::Relevant, Label::NotRelevant, Label::CantDecide].map(Some)
    );

    for path in [archive, csv, json] {
        let got = read(&path, &settings()).unwrap();
        assert_eq!(
            Dataset {
                source: want.source.clone(),
                places: want.places.clone(),
                labelling: want.labelling.clone(),
                ..got
            },
            want,
            "{path:?}"
        );
    }
}

#[test]
fn other_order_label_or_boundary_gives_another_digest() {
    let digest = |rows: &str| {
        let (_directory, path) = write("a.csv", format!("text,class_label\n{rows}"));
        read(&path, &settings()).unwrap().digest
    };
    let digests = [
        "a,0\nb,1\n",
        "b,1\na,0\n",
        "a,1\nb,1\n",
        "a,0\n",
        "ab,0\n,1\n",
    ]
    .map(digest);

    for (index, digest) in digests.iter().enumerate() {
        assert!(!digests[..index].contains(digest), "{index}");
    }
}

#[test]
fn content_decides_before_the_name() {
    let (_directory, database) = sqlite(TABLE);
    let bytes = std::fs::read(&database).unwrap();
    let (_archive_directory, archive) = archive_of(&database, "archive.csv");
    let (_renamed_directory, renamed) = write("database.jsonl", bytes);
    for path in [archive, renamed] {
        assert_eq!(read(&path, &settings()).unwrap().texts.len(), 3, "{path:?}");
    }
}

#[test]
fn location_of_no_known_kind_is_refused_with_what_is_accepted() {
    for (name, content) in [
        ("notes.txt", "remember, the mill\n"),
        ("data", "fire near the mill"),
        ("settings.toml", "[gate]\nmin_recall = 0.5\n"),
        ("table.xlsx", "\u{0}\u{1}"),
    ] {
        let (_directory, path) = write(name, content);
        let message = error_message(&path, &settings());
        assert_parts(
            &message,
            &[
                "`embedded`",
                ".tar.gz",
                ".tgz",
                "SQLite",
                "Parquet",
                ".csv",
                ".jsonl",
                ".ndjson",
            ],
        );
    }

    let message = error_chain(&open("none.csv", &settings()).unwrap_err());

    assert_parts(&message, &["cannot open `none.csv`", "No such file"]);
}

#[test]
fn broken_archive_is_refused_as_a_source_too() {
    let (_directory, path) = write("a.tgz", gzip(b"no tarball"));
    error_message(&path, &settings());
    let (_directory, path) = write("torn.tgz", "");
    assert_parts(&error_message(&path, &settings()), &["truncated"]);
}

#[test]
fn archive_above_the_limit_is_refused_as_a_source() {
    let (_directory, database) = sqlite(TABLE);
    let (_archive_directory, archive) = archive_of(&database, "a.tar.gz");
    let small = SourceSettings {
        max_unpacked_bytes: 100,
        ..settings()
    };
    assert_parts(&error_message(&archive, &small), &["more than 100 bytes"]);
}

#[test]
fn database_in_write_ahead_mode_is_read_from_an_archive() {
    let (_directory, database) = sqlite(TABLE);
    let connection = Connection::open(&database).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; INSERT INTO data VALUES (3, 'more', 'Relevant', 1)",
        )
        .unwrap();
    connection.close().unwrap();
    let (_archive_directory, archive) = archive_of(&database, "a.tar.gz");

    assert_eq!(read(&archive, &settings()).unwrap().texts.len(), 4);
}

#[test]
fn table_and_columns_are_settable_whatever_characters_they_have() {
    let (_directory, database) = sqlite(
        r#"CREATE TABLE "my ""odd"" table; --" ("the ]text" TEXT, "it's a label" TEXT);
           INSERT INTO "my ""odd"" table; --" VALUES ('fire', 'relevant')"#,
    );
    let odd = SourceSettings {
        table: "my \"odd\" table; --".to_owned(),
        text_column: Some("the ]text".to_owned()),
        label_column: Some("it's a label".to_owned()),
        ..settings()
    };

    assert_eq!(read(&database, &odd).unwrap().texts[0], *"fire");
}

#[test]
fn rows_come_in_the_order_of_the_table_even_when_an_index_has_the_columns() {
    let (_directory, database) = sqlite(
        "CREATE TABLE data (text, class_label, more);
         CREATE INDEX covering ON data (text, class_label);
         INSERT INTO data VALUES ('b', 1, 'x'), ('a', 0, 'y')",
    );
    assert_eq!(
        read(&database, &settings()).unwrap().texts,
        ["b", "a"].into_iter().collect()
    );
}

#[test]
fn views_and_tables_without_row_identifiers_are_read() {
    for statements in [
        "CREATE TABLE t (a, b); INSERT INTO t VALUES ('fire', 1);
         CREATE VIEW data AS SELECT a AS text, b AS class_label FROM t",
        "CREATE TABLE data (text PRIMARY KEY, class_label) WITHOUT ROWID; INSERT INTO data VALUES ('fire', 1)",
    ] {
        let (_directory, database) = sqlite(statements);
        assert_eq!(read(&database, &settings()).unwrap().texts.len(), 1);
    }
}

#[test]
fn missing_table_or_column_is_refused_with_those_that_exist() {
    let (_directory, database) =
        sqlite("CREATE TABLE first (a); CREATE TABLE second (b); CREATE VIEW third AS SELECT 1");
    assert_parts(
        &error_message(&database, &settings()),
        &["no table `data`", "`first`, `second`, `third`"],
    );

    let (_directory, database) = sqlite("CREATE TABLE data (id, decision)");
    assert_parts(
        &error_message(&database, &settings()),
        &[
            "table `data`",
            "`text`",
            "`id`, `decision`",
            "`--text-column`",
        ],
    );

    let (_directory, database) = sqlite("CREATE TABLE data (text, decision)");
    assert_parts(
        &error_message(&database, &settings()),
        &["`choose_one` or `class_label`", "`text`, `decision`"],
    );

    let (_directory, csv) = write("a.csv", "text/class_label\nfire/1\n");
    assert_parts(
        &error_message(&csv, &settings()),
        &["line 1", "`text`", "`text/class_label`"],
    );

    let (_directory, json) = write(
        "a.jsonl",
        "{\"text\": \"a\", \"klass\": 1}\n\n{\"text\": \"b\"}\n",
    );
    assert_parts(
        &error_message(&json, &settings()),
        &["line 1", "`choose_one` or `class_label`", "`text`, `klass`"],
    );
}

#[test]
fn null_is_an_empty_text_and_no_label() {
    let (_directory, database) =
        sqlite("CREATE TABLE data (text, class_label); INSERT INTO data VALUES (NULL, 1)");
    assert_eq!(read(&database, &settings()).unwrap().texts[0], *"");

    Connection::open(&database)
        .unwrap()
        .execute_batch("INSERT INTO data VALUES ('fire', NULL)")
        .unwrap();
    assert_eq!(
        read(&database, &settings()).unwrap().labels,
        [Some(Label::Relevant), None]
    );
}

#[test]
fn rows_without_a_label_are_left_out_or_refused() {
    let (_directory, csv) = write("a.csv", "text,label\na,spam\n\"b\nc\",\nd,NaN\ne,ham\n");
    let dataset = read(&csv, &settings()).unwrap();
    assert_eq!(dataset.decided(Undecided::NotRelevant), [0, 3]);
    assert_eq!(
        dataset.left_out(Undecided::LeaveOut).to_string(),
        "2 without a label"
    );

    let refuse = LabelSettings {
        unlabelled: Unlabelled::Refuse,
        ..LabelSettings::default()
    };
    let source = open(csv.to_str().unwrap(), &settings()).unwrap();
    let message = Dataset::read(source.as_ref(), &refuse)
        .unwrap_err()
        .to_string();
    assert_parts(&message, &["2 rows have no label, the first is line 3"]);
}

#[test]
fn labels_have_the_names_of_the_table() {
    let (_directory, csv) = write("a.csv", "text,label\na,spam\nb,Ham\nc,SPAM\n");
    let dataset = read(&csv, &settings()).unwrap();
    assert_eq!(dataset.labelling.origin, LabelOrigin::Pair);
    assert_eq!(
        (
            dataset.labelling.names.relevant.as_str(),
            dataset.labelling.names.not_relevant.as_str()
        ),
        ("spam", "Ham")
    );
    assert_eq!(
        [0, 1, 2].map(|row| dataset.is_relevant(row)),
        [true, false, true]
    );
}

#[test]
fn label_that_is_named_twice_is_refused() {
    let labels = LabelSettings {
        relevant: vec!["1.0".to_owned()],
        not_relevant: vec!["0".to_owned(), "1".to_owned()],
        ..LabelSettings::default()
    };
    let (_directory, csv) = write("a.csv", "text,label\na,1\nb,0\n");
    let source = open(csv.to_str().unwrap(), &settings()).unwrap();
    let message = Dataset::read(source.as_ref(), &labels)
        .unwrap_err()
        .to_string();
    assert_parts(&message, &["`1` is named twice"]);
}

#[test]
fn column_that_holds_no_labels_is_refused_early_and_briefly() {
    let rows = (0..5000).map(|row| format!("a,{}{row}", "x".repeat(500)));
    let rows = rows.collect::<Vec<_>>().join("\n");
    let (_directory, csv) = write("a.csv", format!("text,label\n{rows}\n"));
    let message = error_message(&csv, &settings());
    assert_parts(
        &message,
        &["more than 1000 different values", "`--label-column`"],
    );
    assert!(message.len() < 600, "{message}");
}

#[test]
fn numbers_are_taken_as_text_and_whole_reals_as_labels() {
    let (_directory, database) =
        sqlite("CREATE TABLE data (text, class_label); INSERT INTO data VALUES (112, 1.0)");
    let dataset = read(&database, &settings()).unwrap();
    assert_eq!(
        (&dataset.texts[0], dataset.labels[0]),
        ("112", Some(Label::Relevant))
    );
}

#[test]
fn value_that_is_no_text_is_refused_with_its_row() {
    for (values, cause) in [
        ("(x'00ff', 1)", "the text is a BLOB that is not UTF-8"),
        ("(CAST(x'ff' AS TEXT), 1)", "the text is not UTF-8"),
    ] {
        let statements = format!(
            "CREATE TABLE data (text, class_label); INSERT INTO data VALUES ('a', 1), {values}"
        );
        let (_directory, database) = sqlite(&statements);
        assert_parts(&error_message(&database, &settings()), &["row 2", cause]);
    }
}

#[test]
fn truncated_database_is_refused_though_sqlite_would_read_it() {
    let (_directory, database) = sqlite(TABLE);
    let bytes = std::fs::read(&database).unwrap();
    let (_torn_directory, torn) = write("torn.db", &bytes[..5000]);

    assert_parts(
        &error_message(&torn, &settings()),
        &["is truncated", "5000 of the 8192 bytes"],
    );

    let torn_text = Tarball::new().file("db", base64(&bytes[..4095])).gzip();
    let (_archive_directory, archive) = write("torn.tar.gz", torn_text);
    assert_parts(
        &error_message(&archive, &settings()),
        &["entry `db`", "4095 of the 8192 bytes"],
    );
}

#[test]
fn damaged_database_is_refused() {
    let (_directory, database) = sqlite(TABLE);
    let mut bytes = std::fs::read(&database).unwrap();
    bytes[4096..].fill(0xff);
    let (_damaged_directory, damaged) = write("damaged.db", bytes);
    assert_parts(
        &error_message(&damaged, &settings()),
        &["SQLite file", "malformed"],
    );
}

#[test]
fn malformed_line_is_refused_with_its_number() {
    for (name, content, parts) in [
        (
            "a.csv",
            &b"text,class_label\n\"a\nb\",1\nc\n"[..],
            ["line 4", "1 field; the header has 2"],
        ),
        (
            "b.csv",
            b"text,class_label\na,1\n\xff,1\n",
            ["line 3, byte 22", "not UTF-8"],
        ),
        (
            "a.jsonl",
            b"{\"text\": \"a\", \"class_label\": 1}\n{\"text\": \n",
            ["line 2", "the object that begins in line 2 is not closed"],
        ),
        ("b.jsonl", b"\n[1]\n", ["line 2", "expected an object"]),
        (
            "f.ndjson",
            b"{\"text\": \"a\", \"class_label\": 1, \"text\": \"b\"}",
            ["line 1", "`text` is there twice"],
        ),
        (
            "e.ndjson",
            b"{\"text\": \"\xff\", \"class_label\": 1}",
            ["line 1, byte 11", "not UTF-8"],
        ),
    ] {
        let (_directory, path) = write(name, content);
        assert_parts(&error_message(&path, &settings()), &parts);
    }
}

#[test]
fn unknown_label_is_refused_with_row_value_and_what_is_accepted() {
    let (_directory, path) = write(
        "a.csv",
        "text,choose_one\na,Relevant\nb,Irrelevant\nc,Not Relevant\n",
    );
    let message = error_message(&path, &settings());

    assert_parts(
        &message,
        &[
            "line 3",
            "`Irrelevant`",
            "`Not Relevant` (or 0)",
            "`Relevant` (or 1)",
            "`Can't Decide` (or 2)",
        ],
    );
}

#[test]
fn source_without_rows_is_refused() {
    let (_directory, csv) = write("a.csv", "text,class_label\n");
    let (_other_directory, json) = write("a.jsonl", "\n\n");
    for path in [csv, json] {
        assert_parts(&error_message(&path, &settings()), &["has no rows"]);
    }
}

#[test]
fn undecided_rows_are_left_out_or_count_as_not_relevant() {
    let (_directory, path) = write("a.csv", "text,class_label\na,1\nb,2\nc,0\n");
    let dataset = read(&path, &settings()).unwrap();
    assert_eq!(dataset.decided(Undecided::default()), [0, 2]);
    assert_eq!(dataset.decided("not-relevant".parse().unwrap()), [0, 1, 2]);
    assert_eq!(
        [0, 1, 2].map(|row| dataset.is_relevant(row)),
        [true, false, false]
    );
}

#[test]
fn visitor_stops_the_source_at_its_first_error() {
    let mut visited = 0;
    let result = open(EMBEDDED, &settings()).unwrap().read(&mut |row| {
        visited = row.number;
        if row.number == 3 {
            Err(DataError::NoRows {
                file: "stop".to_owned(),
            })
        } else {
            Ok(())
        }
    });

    assert!(result.is_err());
    assert_eq!(visited, 3);
}

#[test]
fn settings_have_defaults_and_refuse_unknown_names() {
    let read: SourceSettings = serde_json::from_str("{\"table\": \"t\"}").unwrap();
    assert_eq!(
        read,
        SourceSettings {
            table: "t".to_owned(),
            ..settings()
        }
    );
    assert!(serde_json::from_str::<SourceSettings>("{\"tabel\": \"t\"}").is_err());
}
