//! Files in an object store: the same rows as from disk, and errors.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, iter};

use object_store::aws::AmazonS3Builder;
use object_store::{ObjectStoreExt as _, ObjectStoreScheme};
use relevance_data::archive::pack;
use relevance_data::{DataError, Dataset, Label, LabelSettings, SourceSettings, open, open_with};

use crate::moto::{remote, remote_in};
use crate::parquet::labelled;
use relevance_storage::{error_chain, install_crypto_provider};

use crate::support::{assert_parts, sqlite, write};

const CSV: &str = "text,class_label\nfire,1\n\"calm, quiet\",0\n";
const JSON_LINES: &str =
    "{\"text\": \"fire\", \"class_label\": 1}\n{\"text\": \"calm, quiet\", \"class_label\": 0}\n";
const TABLE: &str = "CREATE TABLE data (text, class_label); INSERT INTO data VALUES ('fire', 1), ('calm, quiet', 0)";

/// Puts a file into the test's folder on the server and returns its URL.
fn put(test: &str, path: &str, content: impl Into<Vec<u8>>) -> String {
    let folder = remote(test);
    let location = format!("{}/{}", folder.location, path.replace(' ', "%20"));
    install_crypto_provider();
    let set_up = AmazonS3Builder::new().with_url(&location);
    let variables = folder
        .variables
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase().parse().unwrap(), value));
    let store = variables
        .fold(set_up, |set_up, (key, value)| {
            set_up.with_config(key, value)
        })
        .build()
        .unwrap();
    let (_, path) = ObjectStoreScheme::parse(&location.parse().unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime
        .block_on(store.put(&path, content.into().into()))
        .unwrap();

    location
}

/// Returns the variables for access to the server.
fn variables() -> BTreeMap<String, String> {
    remote("any").variables
}

fn read(location: &str) -> Result<Dataset, DataError> {
    Dataset::read(
        open_with(location, &SourceSettings::default(), variables())?.as_ref(),
        &LabelSettings::default(),
    )
}

#[track_caller]
fn assert_error(location: &str, parts: &[&str]) {
    assert_parts(&error_chain(&read(location).unwrap_err()), parts);
}

#[test]
fn every_format_is_read_from_an_object_store_as_from_disk() {
    let (directory, database) = sqlite(TABLE);
    let archive = directory.path().join("a.tar.gz");
    pack(&database, &archive).unwrap();
    let (_parquet_directory, parquet) = labelled(&[("fire", 1), ("calm, quiet", 0)]);
    let (_csv_directory, csv) = write("a.csv", CSV);
    let want = Dataset::read(
        open(csv.to_str().unwrap(), &SourceSettings::default())
            .unwrap()
            .as_ref(),
        &LabelSettings::default(),
    )
    .unwrap();

    for (path, content) in [
        ("a b/data.CSV", CSV.as_bytes().to_vec()),
        ("data.jsonl", JSON_LINES.as_bytes().to_vec()),
        ("content decides.txt", fs::read(&database).unwrap()),
        ("archive", fs::read(&archive).unwrap()),
        ("columns", fs::read(&parquet).unwrap()),
    ] {
        let location = put("formats", path, content);
        let got = read(&location).unwrap();
        assert_eq!((got.source, &got.digest), (location, &want.digest));
        assert_eq!(
            (got.texts, got.labels),
            (want.texts.clone(), want.labels.clone())
        );
    }
}

#[test]
fn pattern_or_folder_stands_for_the_objects_below_it() {
    for path in [
        "in/a.csv",
        "in/b c.csv",
        "in/_SUCCESS",
        "in/deep/d.csv",
        "in/_log/e.csv",
    ] {
        put("listing", path, CSV);
    }
    let folder = remote("listing").location;
    for (pattern, rows) in [
        ("in/*.csv", 4),
        ("in/", 6),
        ("[hi]n/[a]*", 2),
        ("*/*/d*", 2),
    ] {
        let got = read(&format!("{folder}/{pattern}")).unwrap();
        assert_eq!(got.texts.len(), rows, "{pattern}");
    }
    assert_error(&format!("{folder}/in/*.tsv"), &["no file matches", "*.tsv"]);
}

#[test]
fn file_url_is_read_as_its_path() {
    let (_directory, csv) = write("a b.csv", CSV);
    let url = format!("file://{}", csv.display().to_string().replace(' ', "%20"));
    let got = read(&url).unwrap();

    assert_eq!(
        (Path::new(&got.source), got.texts.len()),
        (csv.as_path(), 2)
    );

    assert_error(
        "file://host/a.csv",
        &[
            "`file://host/a.csv` is not a location",
            "no absolute local path",
        ],
    );
}

/// Returns numbered lines, longer than one requested range.
fn long_file() -> String {
    let rows =
        (0..120_000).map(|number| format!("text {number} {},{}\n", "x".repeat(80), number % 2));
    iter::once("text,class_label\n".to_owned())
        .chain(rows)
        .collect()
}

#[test]
fn file_of_many_ranges_is_read_whole_and_in_order() {
    let location = put("ranges", "long.csv", long_file());
    let dataset = read(&location).unwrap();

    assert_eq!(dataset.texts.len(), 120_000);

    for (number, text) in dataset.texts.iter().enumerate() {
        assert!(
            text.starts_with(&format!("text {number} x")),
            "{number}: {text}"
        );
        assert_eq!(
            dataset.labels[number] == Some(Label::Relevant),
            number % 2 == 1
        );
    }
}

#[test]
fn file_that_changes_while_it_is_read_is_an_error() {
    let long = long_file();
    let location = put("changing", "long.csv", long.clone());
    let source = open_with(&location, &SourceSettings::default(), variables()).unwrap();
    put("changing", "long.csv", long.replace('x', "y"));
    let error = source.read(&mut |_| Ok(())).unwrap_err();
    assert_parts(
        &error_chain(&error),
        &[&location, "it changed while it was read"],
    );
}

#[test]
fn error_of_a_remote_file_has_its_url() {
    let empty = put("wrong", "empty.csv", "");
    assert_error(&empty, &[&format!("`{empty}` is empty")]);

    for folder in [remote("wrong"), remote_in("nowhere", "wrong")] {
        let none = format!("{}/none.csv", folder.location);
        assert_error(&none, &[&format!("cannot open `{none}`"), "not found"]);
    }

    let unknown = put("wrong", "notes.txt", "hello");
    assert_error(&unknown, &[&format!("`{unknown}` is of no known kind")]);
    let torn = put("wrong", "torn.db", "SQLite format 3\0".repeat(9));
    assert_error(&torn, &[&format!("SQLite file `{torn}`"), "not a database"]);
}

#[test]
fn credentials_in_a_location_reach_neither_name_nor_message() {
    let location = put("secrets", "a.csv", CSV);
    let secret = |location: &str| {
        format!(
            "{}?token=hidden",
            location.replace("s3://", "s3://key:hidden@")
        )
    };

    assert_eq!(read(&secret(&location)).unwrap().source, location);

    let none = location.replace("a.csv", "none.csv");
    let message = error_chain(&read(&secret(&none)).unwrap_err());
    assert!(
        message.contains(&format!("`{none}`")) && !message.contains("hidden"),
        "{message}"
    );
}

#[test]
fn source_is_read_inside_a_task_and_left_early() {
    let location = put("tasks", "long.csv", long_file());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let source = open_with(&location, &SourceSettings::default(), variables()).unwrap();
        let stopped = source.read(&mut |row| {
            if row.number == 3 {
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
