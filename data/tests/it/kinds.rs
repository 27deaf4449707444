//! Kinds of files that are told apart by their content, and those that cannot be read.

use relevance_data::SourceSettings;

use crate::support::{assert_parts, rows, source_error, write};

#[test]
fn text_without_an_ending_is_read_when_it_is_a_table() {
    for content in [
        "text,label\nfire,1\n",
        "sep=;\nlabel;sentence\n1;fire\n",
        "\u{feff}label\ttext\r\n1\tfire\r\n",
        "{\"text\": \"fire\", \"label\": 1}\n",
        "\n { \"text\": \"fire\", \"label\": 1}\n",
    ] {
        for name in ["data", "data.dat", "data.txt", "export.log"] {
            let (_directory, path) = write(name, content);
            let rows = rows(&path, &SourceSettings::default());
            let got = rows
                .iter()
                .map(|(text, label, _)| (text.as_str(), label.as_str()));
            assert_eq!(got.collect::<Vec<_>>(), [("fire", "1")], "{content:?}");
        }
    }
}

#[test]
fn text_that_is_no_table_is_of_no_known_kind() {
    for (name, content) in [
        ("data", "fire, near the mill\n"),
        ("data", "a,b\n1,2\n"),
        ("notes.txt", "fire, near the mill\nflood, by the bridge\n"),
        ("data", "[gate]\nmin_recall = 1\n"),
    ] {
        let (_directory, path) = write(name, content);
        let message = source_error(&path, &SourceSettings::default());
        assert_parts(&message, &["is of no known kind", ".csv", ".jsonl"]);
    }
}

#[test]
fn columns_that_settings_name_are_those_of_a_table() {
    let settings = SourceSettings {
        text_column: Some("body".to_owned()),
        ..SourceSettings::default()
    };
    for name in ["data", "data.txt"] {
        let (_directory, path) = write(name, "Body;label\nfire;1\n");
        assert_eq!(rows(&path, &settings).len(), 1, "{name}");

        let (_directory, path) = write(name, "text;label\nfire;1\n");
        let message = source_error(&path, &settings);
        assert_parts(&message, &["no text column `body`", "`text`, `label`"]);
    }
}

#[test]
fn known_kinds_that_cannot_be_read_are_told_with_advice() {
    for (name, content, parts) in [
        (
            "a.jsonl",
            &b"\n<!DOCTYPE html>\n<html></html>"[..],
            ["is an HTML page", "download the data"],
        ),
        ("a.csv", b"<HTML>", ["is an HTML page", "download the data"]),
        (
            "a.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0",
            ["an old Excel", "save it as CSV"],
        ),
        ("a.csv", b"%PDF-1.7\n", ["is a PDF file", "save it as CSV"]),
        (
            "a.feather",
            b"ARROW1\0\0",
            ["is an Arrow file", "convert it"],
        ),
        (
            "a.parquet",
            b"text,label\nfire,1\n",
            ["is text, not a Parquet file", "`.csv`"],
        ),
    ] {
        let (_directory, path) = write(name, content);
        assert_parts(&source_error(&path, &SourceSettings::default()), &parts);
    }
}

#[test]
fn text_that_begins_with_the_letters_of_a_magic_is_read() {
    let content = "ORC,text,label\n1,fire,1\n";
    let (_directory, path) = write("a.csv", content);
    assert_eq!(rows(&path, &SourceSettings::default()).len(), 1);
}

#[test]
fn folder_is_an_error_with_advice() {
    let directory = tempfile::tempdir().unwrap();
    assert_parts(
        &source_error(directory.path(), &SourceSettings::default()),
        &["is a folder", "`*.csv`"],
    );
}
