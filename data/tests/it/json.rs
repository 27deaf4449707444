//! JSON lines, streams and arrays of objects, as tools write them, and errors.

use std::path::Path;

use relevance_data::{DataError, SourceSettings, open};
use relevance_storage::error_chain;

use crate::support::{assert_parts, write};

/// Number, line, text and label of a row.
type Read = (u64, u64, String, String);

fn columns(text: &str, label: &str) -> SourceSettings {
    SourceSettings {
        text_column: Some(text.to_owned()),
        label_column: Some(label.to_owned()),
        ..SourceSettings::default()
    }
}

fn read_file(path: &Path, settings: &SourceSettings) -> Result<Vec<Read>, DataError> {
    let mut rows = Vec::new();
    open(path.to_str().unwrap(), settings)?.read(&mut |row| {
        let line = row.line.unwrap();
        rows.push((row.number, line, row.text.to_owned(), row.label.to_owned()));
        Ok(())
    })?;
    Ok(rows)
}

fn read_with(content: &str, settings: &SourceSettings) -> Result<Vec<Read>, DataError> {
    let (_directory, path) = write("a.json", content);
    read_file(&path, settings)
}

fn read(content: &str) -> Result<Vec<Read>, DataError> {
    read_with(content, &SourceSettings::default())
}

/// Returns text and label of each row.
#[track_caller]
fn values(content: &str) -> Vec<(String, String)> {
    let rows = read(content).unwrap().into_iter();
    rows.map(|(_, _, text, label)| (text, label)).collect()
}

fn pair(text: &str, label: &str) -> (String, String) {
    (text.to_owned(), label.to_owned())
}

#[track_caller]
fn assert_error(content: &str, parts: &[&str]) {
    let message = error_chain(&read(content).unwrap_err());
    assert_parts(&message, &["a.json`, line"]);
    assert_parts(&message, parts);
    assert!(!message.contains("EOF"), "{message}");
}

#[test]
fn objects_are_read_in_every_layout_with_the_line_where_each_begins() {
    let row = |number, line, text: &str, label: &str| -> Read {
        (number, line, text.to_owned(), label.to_owned())
    };
    for (name, content, lines) in [
        (
            "lines",
            "{\"text\": \"a\", \"label\": 1}\n\n{\"text\": \"b]}\", \"label\": 0}",
            [1, 3],
        ),
        (
            "array on one line",
            "[{\"text\": \"a\", \"label\": 1}, {\"text\": \"b]}\", \"label\": 0}]",
            [1, 1],
        ),
        (
            "array of lines",
            "[\n{\"text\": \"a\", \"label\": 1},\n{\"text\": \"b]}\", \"label\": 0}\n]\n",
            [2, 3],
        ),
        (
            "array over many lines",
            "\u{feff}[\r\n  {\r\n    \"text\": \"a\",\r\n    \"label\": 1\r\n  },\r\n  {\r\n    \
             \"text\": \"b]}\",\r\n    \"label\": 0\r\n  }\r\n]\r\n",
            [2, 6],
        ),
        (
            "objects over many lines",
            "{\n  \"text\": \"a\",\n  \"label\": 1\n}\n{\n  \"text\": \"b]}\",\n  \"label\": 0\n}\n",
            [1, 5],
        ),
        (
            "objects without line breaks",
            "{\"text\": \"a\", \"label\": 1}{\"text\": \"b]}\", \"label\": 0}",
            [1, 1],
        ),
    ] {
        let want = [row(1, lines[0], "a", "1"), row(2, lines[1], "b]}", "0")];
        assert_eq!(read(content).unwrap(), want, "{name}");
    }
}

#[test]
fn ending_does_not_decide_between_lines_and_an_array() {
    for name in ["a.json", "a.jsonl", "a.NDJSON"] {
        let (_directory, path) = write(name, "[{\"text\": \"a\", \"label\": 1}]");
        assert_eq!(
            read_file(&path, &SourceSettings::default()).unwrap().len(),
            1
        );
    }
    assert_eq!(read(" [ \n ] \n").unwrap(), []);
}

#[test]
fn objects_longer_than_what_is_read_at_once_are_whole() {
    let long = "é\\n\"{[,".replace('"', "\\\"").repeat(300_000);
    let object = format!("{{\"text\": \"{long}\", \"label\": 1}}");
    let want = long.replace("\\n", "\n").replace("\\\"", "\"");

    for content in [
        format!("{object}\n{object}"),
        format!("{object}{object}"),
        format!("[{object},{object}]"),
    ] {
        let rows = read(&content).unwrap();
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| row.2 == want));
    }
}

#[test]
fn array_on_one_line_is_read_in_parts() {
    let rows = 50_000;
    let objects: Vec<_> = (0..rows)
        .map(|row| format!("{{\"text\": \"text {row} of the array\", \"label\": 1}}"))
        .collect();
    let read = read(&format!("[{}]", objects.join(","))).unwrap();

    assert_eq!(read.len(), rows);
    assert_eq!(read[rows - 1].2, format!("text {} of the array", rows - 1));
}

#[test]
fn numbers_that_python_writes_are_missing_values() {
    let content = "{\"text\": \"a\", \"label\": NaN, \"score\": Infinity}\n\
                   {\"text\": NaN, \"label\": 1, \"score\": -Infinity}\n\
                   {\"text\": \"NaN\", \"label\": 0.0, \"score\": [NaN, {\"x\": NaN}]}\n";
    assert_eq!(
        values(content),
        [pair("a", ""), pair("", "1"), pair("NaN", "0.0")]
    );
}

#[test]
fn numbers_and_booleans_are_text_and_labels() {
    assert_eq!(
        values("{\"text\": 12.50, \"label\": true}\n{\"text\": false, \"label\": null}\n"),
        [pair("12.50", "true"), pair("false", "")]
    );
}

#[test]
fn half_of_a_surrogate_pair_is_replaced() {
    let content = "{\"text\": \"a \\ud83d b\", \"label\": 1, \"\\udc00\": \"\\ud83d\"}\n\
                   {\"text\": \"\\ud83d\\ude00\", \"label\": 1, \"\\udc00\": 0}\n";
    assert_eq!(
        values(content),
        [pair("a \u{fffd} b", "1"), pair("\u{1f600}", "1")]
    );
}

#[test]
fn label_in_an_array_is_taken_when_it_is_the_only_one() {
    assert_eq!(
        values("{\"text\": \"a\", \"label\": [\"spam\"]}\n{\"text\": \"b\", \"label\": []}\n"),
        [pair("a", "spam"), pair("b", "")]
    );
    for (label, part) in [
        ("[\"spam\", \"ham\"]", "the label is an array of 2 values"),
        ("[[0, 3, \"spam\"]]", "the label is an array of an array"),
        ("{\"spam\": 1}", "the label is an object"),
    ] {
        let content = format!("{{\"text\": \"a\", \"label\": {label}}}");
        assert_error(&content, &["line 1: ", part]);
    }
    assert_error(
        "{\"text\": [\"a\"], \"label\": 1}",
        &["the text is an array; expected a string, a number or a boolean"],
    );
}

#[test]
fn nested_key_is_found_by_its_path_unless_a_key_has_that_name() {
    let settings = columns("data.text", "meta.user.label");
    let content = "{\"data\": {\"text\": \"a\"}, \"meta\": {\"user\": {\"label\": 1}}}\n\
                   {\"data.text\": \"b\", \"data\": {\"text\": \"c\"}, \"meta\": {\"user.label\": 0}}\n\
                   {\"Data\": {\"TEXT\": \"d\"}, \"meta\": null}\n";
    let rows = read_with(content, &settings).unwrap();
    let got: Vec<_> = rows.iter().map(|row| (&*row.2, &*row.3)).collect();
    assert_eq!(got, [("a", "1"), ("b", "0"), ("d", "")]);

    let content = "{\"data\": {\"text\": \"a\"}, \"meta\": {\"user\": {\"label\": 1}}}\n\
                   {\"data\": {\"txt\": \"a\"}, \"meta\": {\"user\": {\"label\": 1}}}\n";
    let rows = read_with(content, &settings).unwrap();
    let got: Vec<_> = rows.iter().map(|row| (&*row.2, &*row.3)).collect();
    assert_eq!(got, [("a", "1"), ("", "1")]);
}

#[test]
fn a_key_that_an_object_lacks_is_as_null_and_one_that_all_lack_is_named() {
    let content = "{\"id\": 1}\n{\"id\": 2, \"message\": \"a\", \"label\": 1}\n\
                   {\"id\": 3, \"text\": \"b\", \"message\": \"c\"}\n\
                   {\"id\": 4, \"comment\": \"none\"}\n";
    let rows = read_with(content, &SourceSettings::default()).unwrap();
    let got: Vec<_> = rows.iter().map(|row| (&*row.2, &*row.3)).collect();
    assert_eq!(got, [("", ""), ("a", "1"), ("b", ""), ("", "")]);

    let content = "{\"id\": 1}\n{\"id\": 2, \"text\": \"a\"}\n";
    let message = read_with(content, &SourceSettings::default())
        .unwrap_err()
        .to_string();
    assert_parts(
        &message,
        &["line 1: no label column `choose_one`", "there is `id`"],
    );
}

#[test]
fn tables_in_other_layouts_are_told_with_advice() {
    assert_error(
        "{\"count\": 1, \"data\": [{\"text\": \"a\", \"label\": 1}]}",
        &[
            "no text column",
            "in the array `data`",
            "`jq -c '.[\"data\"][]'`",
        ],
    );
    assert_error(
        "{\"text\": {\"0\": \"a\", \"1\": \"b\"}, \"label\": {\"0\": 1, \"1\": 0}}",
        &[
            "the text is an object",
            "`to_json(orient='records', lines=True)`",
        ],
    );
    assert_error(
        "{\"data\": {\"body\": {\"text\": \"a\"}}, \"label\": 1}",
        &[
            "no text column",
            "`data`, `data.body`, `data.body.text`, `label`",
        ],
    );

    assert_error(
        "{\"message\": \"a\", \"comment\": \"b\", \"label\": 1}",
        &["`message` and `comment` can each be the text column: choose one with `--text-column`"],
    );

    let content = format!(
        "{}{{\"text\": \"a\", \"label\": 1}}",
        "{\"id\": 1}\n".repeat(10_000)
    );
    assert_error(&content, &["line 1: no text column", "there is `id`"]);
}

#[test]
fn object_that_is_not_closed_is_named_by_its_line() {
    let whole = "{\"text\": \"a\", \"label\": 1}";
    for (content, parts) in [
        (
            format!("{whole}\n\n{{\"text\": \"a\","),
            ["line 3", "the object that begins in line 3 is not closed"],
        ),
        (
            format!("[\n{whole},\n{{\"text\": \"a\",\n\"label\": 1\n"),
            ["line 3", "the object that begins in line 3 is not closed"],
        ),
        (
            format!("{{\"text\": \"a\", \"label\": 1\n{whole}\n"),
            [
                "line 1: a comma, a colon or a closing bracket is missing before `{`",
                "at line 2, column 1",
            ],
        ),
        (
            format!("[\n{whole}\n"),
            ["line 3", "the array that begins in line 1 is not closed"],
        ),
        (
            "{\"text\": \"é, \"label\": 1}".to_owned(),
            ["is missing before `l`", "at column 15"],
        ),
        (
            "{\"text\": \"a\nb\", \"label\": 1}".to_owned(),
            ["a line break inside a string", "at column 12"],
        ),
        (
            "{\"text\": \"a\", \"label\": [1}".to_owned(),
            ["`}` where `]` was expected", "at column 26"],
        ),
    ] {
        assert_error(&content, &parts);
    }
}

#[test]
fn commas_between_objects_are_checked() {
    let object = "{\"text\": \"a\", \"label\": 1}";
    for (content, parts) in [
        (
            format!("[{object},\n]"),
            ["line 2", "a comma before the `]`"],
        ),
        (
            format!("[{object}\n{object}]"),
            ["line 2", "a comma is missing before this object"],
        ),
        (
            format!("{object},\n{object}\n"),
            ["line 1", "a comma between objects"],
        ),
        (
            format!("[{object}]\n[{object}]"),
            ["line 2", "`[` after the end of the array"],
        ),
        (
            format!("{object}\n[{object}]"),
            ["line 2", "expected an object"],
        ),
        (
            "[1]".to_owned(),
            [
                "line 1",
                "expected an object, which begins with `{`; found `1`",
            ],
        ),
    ] {
        assert_error(&content, &parts);
    }
}

#[test]
fn malformed_object_is_described_in_words_with_its_position() {
    for (content, parts) in [
        (
            "{\n\"text\": \"a\",\n\"label\": True}",
            ["line 1: `True` is not a value", "at line 3, column 10"],
        ),
        (
            "{'text': 'a', 'label': 1}",
            ["a key must be in double quotes", "at column 2"],
        ),
        (
            "{\"text\": \"a\", \"label\": 1,}",
            ["a comma before the closing bracket", "at column"],
        ),
        (
            "{\"text\": \"a\" \"label\": 1}",
            ["a comma, a colon", "at column 14"],
        ),
        (
            "{\"text\" \"a\", \"label\": 1}",
            ["a comma, a colon", "at column 9"],
        ),
        (
            "{\"text\": \"a\tb\", \"label\": 1}",
            ["a control character in a string", "at column"],
        ),
        (
            "{\"text\": \"C:\\dir\", \"label\": 1}",
            ["an unknown escape", "at column"],
        ),
        (
            "{\"text\": \"a\", \"label\": 1, \"text\": \"b\"}",
            ["line 1", "the key `text` is there twice"],
        ),
    ] {
        assert_error(content, &parts);
    }
}

#[test]
fn file_that_is_no_json_is_told() {
    let html = read("\n<!doctype html><html></html>").unwrap_err();
    assert_parts(
        &error_chain(&html),
        &["is an HTML page", "download the data again"],
    );
    assert_error("text,label\n", &["line 1: expected an object", "found `t`"]);
    assert_error(
        "{\"text\": \"a\", \"label\": 1}\n\u{feff}{\"text\": \"a\", \"label\": 1}\n",
        &["line 2: a byte order mark (U+FEFF) inside the file"],
    );

    let (_directory, path) = write("a.json", b"\n{\"text\": \"caf\xe9\", \"label\": 1}");
    let message = error_chain(&read_file(&path, &SourceSettings::default()).unwrap_err());
    assert_parts(
        &message,
        &["line 2, byte 15: not UTF-8", "`--encoding windows-1252`"],
    );
}
