//! Encodings of text files: marks, settings, and errors with the line and the byte.

use relevance_data::SourceSettings;

use crate::support::{assert_parts, gzip, rows, source_error, write};

const CSV: &str = "text,label\ncafé olé,1\n\"zwei\nZeilen\",0\n";
const JSON_LINES: &str =
    "{\"text\": \"café olé\", \"label\": 1}\n{\"text\": \"b\", \"label\": 0}\n";

fn encoded(encoding: &str) -> SourceSettings {
    SourceSettings {
        encoding: Some(encoding.to_owned()),
        ..SourceSettings::default()
    }
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(c).unwrap()).collect()
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn text_in_a_named_encoding_is_read() {
    let utf8 = SourceSettings::default();
    for (name, text) in [
        ("a.csv", CSV),
        ("a.jsonl", JSON_LINES),
        ("a", CSV),
        ("a", JSON_LINES),
    ] {
        let marked = format!("\u{feff}{text}");
        for (bytes, settings) in [
            (latin1(text), &encoded("latin1")),
            (latin1(text), &encoded("windows-1252")),
            (text.as_bytes().to_vec(), &utf8),
            (marked.as_bytes().to_vec(), &utf8),
            (utf16(&marked, u16::to_le_bytes), &utf8),
            (utf16(&marked, u16::to_be_bytes), &utf8),
            (utf16(text, u16::to_le_bytes), &encoded("utf-16le")),
            (gzip(&latin1(text)), &encoded("latin1")),
        ] {
            let (_directory, path) = write(name, bytes);
            let rows = rows(&path, settings);
            assert_eq!(rows.len(), 2, "{name}, {settings:?}");
            assert_eq!((rows[0].0.as_str(), rows[0].1.as_str()), ("café olé", "1"));
        }
    }
}

#[test]
fn text_that_is_not_utf8_is_an_error_with_line_byte_and_flag() {
    let settings = SourceSettings::default();
    for (name, text, place) in [
        ("a.csv", CSV, "a.csv`, line 2, byte 15: not UTF-8"),
        (
            "a.jsonl",
            JSON_LINES,
            "a.jsonl`, line 1, byte 14: not UTF-8",
        ),
    ] {
        let (_directory, path) = write(name, latin1(text));
        assert_parts(
            &source_error(&path, &settings),
            &[place, "windows-1252", "`--encoding windows-1252`"],
        );
    }

    let (_directory, path) = write("a.csv", utf16(CSV, u16::to_le_bytes));
    assert_parts(
        &source_error(&path, &settings),
        &["line 1", "UTF-16", "`--encoding utf-16le`"],
    );
}

#[test]
fn malformed_text_of_the_named_encoding_is_an_error() {
    let (_directory, path) = write("a.csv", b"text,label\na,1\n\x81,0\n");
    assert_parts(
        &source_error(&path, &encoded("shift_jis")),
        &["line 3, byte 16", "malformed Shift_JIS", "`--encoding`"],
    );

    let (_directory, path) = write("a.csv", latin1(CSV));
    assert_parts(
        &source_error(&path, &encoded("utf-8")),
        &["line 2, byte 15", "not UTF-8"],
    );
}

#[test]
fn unknown_encoding_is_an_error_with_examples() {
    let (_directory, path) = write("a.csv", CSV);
    assert_parts(
        &source_error(&path, &encoded("klingon")),
        &["the encoding is `klingon`", "`windows-1252`"],
    );
}
