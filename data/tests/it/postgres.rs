//! A PostgreSQL server as a source, and errors of locations, queries and rows.

use relevance_data::check::check;
use relevance_data::{DataError, Dataset, LabelSettings, SourceSettings, open, open_with};

use crate::cluster::{CLUSTER, PASSWORD, PASSWORD_IN_URL, USER};
use relevance_storage::error_chain;

use crate::support::{assert_parts, write};

/// Number, text, label and further columns of a row.
type Read = (u64, String, String, Vec<String>);

fn with_query(query: &str) -> SourceSettings {
    SourceSettings {
        query: Some(query.to_owned()),
        ..SourceSettings::default()
    }
}

fn table(name: &str) -> SourceSettings {
    SourceSettings {
        table: name.to_owned(),
        ..SourceSettings::default()
    }
}

fn read_at(url: &str, settings: &SourceSettings) -> Result<Vec<Read>, DataError> {
    let mut rows = Vec::new();
    open_with(url, settings, [])?.read(&mut |row| {
        let columns = row.columns.iter().map(ToString::to_string).collect();
        rows.push((
            row.number,
            row.text.to_owned(),
            row.label.to_owned(),
            columns,
        ));
        Ok(())
    })?;

    Ok(rows)
}

fn read(settings: &SourceSettings) -> Result<Vec<Read>, DataError> {
    read_at(&CLUSTER.url("127.0.0.1", ""), settings)
}

#[track_caller]
fn assert_error(settings: &SourceSettings, parts: &[&str]) {
    let message = error_chain(&read(settings).unwrap_err());
    assert_parts(
        &message,
        &[&format!("`postgres://127.0.0.1:{}/postgres`", CLUSTER.port)],
    );
    assert_parts(&message, parts);
}

#[test]
fn whole_table_is_read_by_default_as_the_server_writes_it() {
    CLUSTER.execute(
        "CREATE TABLE typed (text TEXT, class_label SMALLINT, at TIMESTAMPTZ, rate NUMERIC(5, 2), seen BOOLEAN);
         INSERT INTO typed VALUES ('fire ''ä''', 1, '2026-01-02 03:04:05+00', 1.50, true), (NULL, NULL, NULL, NULL, NULL)",
    );
    let columns = ["rate", "AT", "seen"].map(str::to_owned).to_vec();
    let rows = read(&SourceSettings {
        columns,
        ..table("typed")
    })
    .unwrap();
    let row = |number, text: &str, label: &str, columns: [&str; 3]| {
        (
            number,
            text.to_owned(),
            label.to_owned(),
            columns.map(str::to_owned).to_vec(),
        )
    };

    assert_eq!(rows[1], row(2, "", "", ["", "", ""]));

    let (at, rest) = (
        &rows[0].3[1],
        row(1, "fire 'ä'", "1", ["1.50", &rows[0].3[1], "true"]),
    );
    assert!(at.starts_with("2026-01-0"), "{at}");
    assert_eq!(rows[0], rest);
}

#[test]
fn query_chooses_rows_and_their_order() {
    CLUSTER.execute(
        "CREATE SCHEMA other; CREATE TABLE other.\"My Data\" (id INT, sentence TEXT, class_label INT);
         INSERT INTO other.\"My Data\" VALUES (1, 'b', 0), (2, 'a', 1), (3, 'c', 2)",
    );
    let query = "SELECT sentence AS text, class_label FROM other.\"My Data\" WHERE id < 3 ORDER BY sentence; -- done";
    let rows: Vec<_> = read(&with_query(query))
        .unwrap()
        .into_iter()
        .map(|row| (row.1, row.2))
        .collect();

    assert_eq!(
        rows,
        [
            ("a".to_owned(), "1".to_owned()),
            ("b".to_owned(), "0".to_owned())
        ]
    );

    let settings = SourceSettings {
        text_column: Some("sentence".to_owned()),
        ..table("other.My Data")
    };
    assert_eq!(read(&settings).unwrap().len(), 3);
}

#[test]
fn server_gives_the_digest_of_the_same_rows_elsewhere() {
    let (_directory, csv) = write("a.csv", "text,class_label\nfire,1\n\"calm, quiet\",0\n");
    let want = Dataset::read(
        open(csv.to_str().unwrap(), &SourceSettings::default())
            .unwrap()
            .as_ref(),
        &LabelSettings::default(),
    )
    .unwrap();
    let settings = with_query("VALUES ('fire', 1), ('calm, quiet', 0)");
    assert_error(
        &settings,
        &["query: no text column `text`", "`column1`, `column2`"],
    );
    let settings = SourceSettings {
        text_column: Some("column1".to_owned()),
        label_column: Some("column2".to_owned()),
        ..settings
    };
    let source = open_with(CLUSTER.url("127.0.0.1", ""), &settings, []).unwrap();
    let got = Dataset::read(source.as_ref(), &LabelSettings::default()).unwrap();

    assert_eq!(
        (got.digest, got.texts, got.labels),
        (want.digest, want.texts, want.labels)
    );
    assert!(
        check(source.as_ref(), &LabelSettings::default())
            .unwrap()
            .is_trainable()
    );
}

#[test]
fn rows_of_many_batches_keep_their_order() {
    let rows = read(&with_query(
        "SELECT 'text ' || n AS text, n % 2 AS class_label FROM generate_series(1, 10000) AS n",
    ))
    .unwrap();
    assert_eq!(rows.len(), 10_000);

    for (index, (number, text, label, _)) in (1_u64..).zip(rows) {
        assert_eq!(
            (number, text, label),
            (index, format!("text {index}"), (index % 2).to_string())
        );
    }
}

#[test]
fn rows_are_streamed_and_left_early_even_inside_a_task() {
    let endless = "SELECT generate_series(1, 1000000000000) AS text, 1 AS class_label";
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let source = open_with(CLUSTER.url("127.0.0.1", ""), &with_query(endless), []).unwrap();
        let stopped = source.read(&mut |row| {
            if row.number == 3000 {
                Err(DataError::NoRows {
                    file: "stop".to_owned(),
                })
            } else {
                Ok(())
            }
        });
        assert!(matches!(stopped, Err(DataError::NoRows { .. })));
    });
}

#[test]
fn errors_in_table_query_or_row_are_named() {
    CLUSTER.execute("CREATE TABLE named (text TEXT, decision INT)");
    assert_error(&table("nmaed"), &["has no table `nmaed`", "`public.named`"]);
    assert_error(
        &table("named"),
        &["table `named`: no label column", "`text`, `decision`"],
    );

    for (query, parts) in [
        (
            "SELEKT 1",
            &["cannot query", "syntax error at or near \"SELEKT\""][..],
        ),
        (
            "SELECT * FROM nowhere",
            &["cannot query", "relation \"nowhere\" does not exist"],
        ),
        (
            "SELECT 1 AS text; SELECT 2",
            &["cannot query", "multiple commands"],
        ),
        (
            "SELECT $1::text AS text, 1 AS class_label",
            &["query: it has parameters"],
        ),
        (
            "SELECT '\\x00'::bytea AS text, 1 AS class_label",
            &[
                "query: the text is of type bytea",
                "`convert_from(\"text\", 'UTF8')`",
            ],
        ),
        ("", &["query: no text column", "there is none"]),
        (
            "SELECT 'a' AS text, 1 / (n - 700) AS class_label FROM generate_series(1, 9999) n",
            &["cannot read", "division by zero"],
        ),
    ] {
        assert_error(&with_query(query), parts);
    }
}

#[test]
fn booleans_and_numerics_are_labels() {
    CLUSTER.execute(
        "CREATE DOMAIN flag AS BOOLEAN;
         CREATE TABLE labels (text TEXT, class_label BOOLEAN, own flag, rate NUMERIC);
         INSERT INTO labels VALUES ('t', true, false, 1.0), ('f', false, true, 0.0), ('x', NULL, NULL, NULL)",
    );
    let columns = ["own", "rate"].map(str::to_owned).to_vec();
    let rows = read(&SourceSettings {
        columns,
        ..table("labels")
    })
    .unwrap();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (&*row.1, &*row.2, &*row.3[0], &*row.3[1]))
        .collect();
    assert_eq!(
        rows,
        [
            ("t", "true", "false", "1.0"),
            ("f", "false", "true", "0.0"),
            ("x", "", "", "")
        ]
    );
}

#[test]
fn types_of_several_values_are_refused_with_what_to_select() {
    CLUSTER.execute("CREATE TYPE pair AS (a TEXT, b TEXT); CREATE DOMAIN tags AS TEXT[]");
    for (value, parts) in [
        (
            "ARRAY['a']",
            [
                "the text is of type text[]",
                "`array_to_string(\"text\", ' ')`",
            ],
        ),
        (
            "'{a}'::tags",
            ["the text is of type text[]", "`\"text\"[1]`"],
        ),
        (
            "'{\"a\": 1}'::json",
            ["the text is of type json", "`\"text\" ->> 'name'`"],
        ),
        (
            "'{\"a\": 1}'::jsonb",
            ["the text is of type jsonb", "`\"text\"::text`"],
        ),
        (
            "('a', 'b')::pair",
            ["the text is of type pair", "`(\"text\").name`"],
        ),
        (
            "ROW('a', 'b')",
            ["the text is of type record", "`(\"text\").name`"],
        ),
    ] {
        let query = format!("SELECT {value} AS text, 1 AS class_label");
        assert_error(&with_query(&query), &parts);
    }
}

#[test]
fn text_that_is_not_utf8_is_refused_with_its_row() {
    CLUSTER.execute(
        "CREATE DATABASE bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'",
    );
    let url = CLUSTER
        .url("127.0.0.1", "")
        .replace("/postgres?", "/bytes?");
    let query = "SELECT convert_from(CASE n WHEN 700 THEN '\\xe9'::bytea ELSE 'a' END, 'SQL_ASCII') AS text,
                        1 AS class_label FROM generate_series(1, 1000) n";
    let message = error_chain(&read_at(&url, &with_query(query)).unwrap_err());
    assert_parts(&message, &["row 700: ", "is not UTF-8", "`convert_from("]);
}

#[test]
fn query_that_writes_is_refused() {
    CLUSTER.execute(
        "CREATE TABLE kept (text TEXT, class_label INT); INSERT INTO kept VALUES ('fire', 1)",
    );
    assert_error(
        &with_query("DELETE FROM kept RETURNING text, class_label"),
        &["read-only transaction"],
    );
    assert_eq!(read(&table("kept")).unwrap().len(), 1);
}

#[test]
fn server_that_is_not_there_or_refuses_the_password_is_named_without_it() {
    let refused = |url: &str, variables: Vec<(String, String)>| {
        let source = open_with(url, &SourceSettings::default(), variables).unwrap();
        assert_eq!(
            source.name(),
            url.replace(&format!("{USER}:wrong%20secret@"), "")
                .replace(&format!("{USER}@"), "")
        );
        let message = error_chain(&source.read(&mut |_| Ok(())).unwrap_err());
        assert!(!message.contains("secret"), "{message}");
        message
    };
    let port = CLUSTER.port;
    let wrong = refused(
        &format!("postgres://{USER}:wrong%20secret@127.0.0.1:{port}/postgres"),
        Vec::new(),
    );

    assert_parts(
        &wrong,
        &[
            "cannot connect to `postgres://127.0.0.1",
            "password authentication failed",
        ],
    );

    let variable = vec![("PGPASSWORD".to_owned(), "wrong secret".to_owned())];
    let wrong = refused(
        &format!("postgres://{USER}@127.0.0.1:{port}/postgres"),
        variable,
    );
    assert_parts(&wrong, &["password authentication failed"]);

    let closed = refused(
        "postgres://127.0.0.1:1/postgres",
        vec![("PGUSER".to_owned(), USER.to_owned())],
    );
    assert_parts(
        &closed,
        &[
            "cannot connect to `postgres://127.0.0.1:1/postgres`",
            "Connection refused",
        ],
    );
}

#[test]
fn password_is_taken_from_the_variables_and_reaches_neither_name_nor_report() {
    let variables = [("PGPASSWORD".to_owned(), PASSWORD.to_owned())];
    let url = format!("postgres://{USER}@127.0.0.1:{}/postgres", CLUSTER.port);
    let source = open_with(
        &url,
        &with_query("SELECT 'fire' AS text, 1 AS class_label"),
        variables,
    )
    .unwrap();
    let report = check(source.as_ref(), &LabelSettings::default()).unwrap();
    let shown = format!("{report} {source:?}");

    assert!(
        shown.contains(&format!(
            "source: postgres://127.0.0.1:{}/postgres",
            CLUSTER.port
        )),
        "{shown}"
    );

    for secret in [USER, PASSWORD, PASSWORD_IN_URL] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn socket_is_taken_as_a_host() {
    let folder = CLUSTER.folder.display();
    let port = CLUSTER.port;
    let url = format!(
        "postgres:///postgres?host={folder}&port={port}&user={USER}&password={PASSWORD_IN_URL}"
    );
    let settings =
        with_query("SELECT 'fire' AS text, (inet_client_addr() IS NULL)::int AS class_label");
    assert_eq!(read_at(&url, &settings).unwrap()[0].2, "1");
}

#[test]
fn mode_decides_which_certificates_are_trusted() {
    let roots = CLUSTER.roots();
    let encrypted = with_query(
        "SELECT 'fire' AS text, ssl::int AS class_label FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    );
    let trusted = format!("&sslrootcert={}", roots.display());

    for (host, mode, want) in [
        ("127.0.0.1", "sslmode=disable".to_owned(), Ok("0")),
        ("127.0.0.1", String::new(), Ok("1")),
        ("127.0.0.1", "sslmode=require".to_owned(), Ok("1")),
        ("127.0.0.1", format!("sslmode=require{trusted}"), Ok("1")),
        ("127.0.0.1", format!("sslmode=verify-ca{trusted}"), Ok("1")),
        (
            "localhost",
            format!("sslmode=verify-full{trusted}"),
            Ok("1"),
        ),
        (
            "127.0.0.1",
            format!("sslmode=verify-full{trusted}"),
            Err("not valid for name"),
        ),
        (
            "localhost",
            "sslmode=verify-full".to_owned(),
            Err("UnknownIssuer"),
        ),
        (
            "localhost",
            "sslmode=verify-ca".to_owned(),
            Err("UnknownIssuer"),
        ),
    ] {
        let got = read_at(&CLUSTER.url(host, &mode), &encrypted);
        match (got, want) {
            (Ok(rows), Ok(want)) => assert_eq!(rows[0].2, want, "{host} {mode}"),
            (Err(error), Err(want)) => {
                assert_parts(&error_chain(&error), &["cannot connect to", want]);
            }
            (got, want) => panic!("{host} {mode}: got {got:?}, want {want:?}"),
        }
    }
}

#[test]
fn query_on_a_file_is_refused() {
    let (_directory, csv) = write("a.csv", "text,class_label\nfire,1\n");
    let location = csv.to_str().unwrap();
    let message = open(location, &with_query("SELECT 1"))
        .unwrap_err()
        .to_string();
    assert_parts(&message, &[location, "takes no query", "`postgres://`"]);
}
