//! CSV files as programs write them: delimiters, quotes, escapes, headers and lines.

use proptest::prelude::*;
use relevance_data::{SourceSettings, open};

use crate::support::{assert_parts, rows, source_error, write};

fn settings() -> SourceSettings {
    SourceSettings::default()
}

/// Texts, labels and lines of a file.
fn read(name: &str, content: &str, settings: &SourceSettings) -> Vec<(String, String, u64)> {
    let (_directory, path) = write(name, content);
    rows(&path, settings)
}

#[track_caller]
fn assert_rows(name: &str, content: &str, settings: &SourceSettings, want: &[(&str, &str, u64)]) {
    let got = read(name, content, settings);
    let got: Vec<_> = got
        .iter()
        .map(|(text, label, line)| (text.as_str(), label.as_str(), *line))
        .collect();
    assert_eq!(got, want, "{content:?}");
}

#[track_caller]
fn assert_error(content: &str, settings: &SourceSettings, parts: &[&str]) {
    let (_directory, path) = write("a.csv", content);
    let message = source_error(&path, settings);
    assert_parts(&message, parts);
    assert!(!message.contains("secret"), "{message}");
}

#[test]
fn delimiter_is_found_in_the_records_or_named() {
    let fire = [("fire, near", "1", 2)];
    for (name, content) in [
        ("a.csv", "text;label\nfire, near;1\n"),
        ("a.csv", "text\tlabel\r\nfire, near\t1\r\n"),
        ("a.csv", "label|text\n1|fire, near\n"),
        ("a.tsv", "text\tlabel\nfire, near\t1\n"),
        ("a.TAB", "label;\ttext\n1\tfire, near"),
    ] {
        let label = Some("label;".to_owned()).filter(|_| name == "a.TAB");
        let settings = SourceSettings {
            label_column: label,
            ..settings()
        };
        assert_rows(name, content, &settings, &fire);
    }

    let slash = SourceSettings {
        delimiter: Some('/'),
        ..settings()
    };
    assert_rows("a.csv", "text/label\nfire, near/1\n", &slash, &fire);
    assert_rows("a.tsv", "text/label\nfire, near/1\n", &slash, &fire);
}

#[test]
fn first_line_of_excel_names_the_delimiter_and_counts_as_a_line() {
    for first in ["sep=;\n", "\"sep=;\"\r\n", "\u{feff}SEP=;\r\n"] {
        let content = format!("{first}text;label\na,b;1\n");
        assert_rows("a.csv", &content, &settings(), &[("a,b", "1", 3)]);
    }
}

#[test]
fn names_of_columns_are_trimmed_and_must_be_unique() {
    assert_rows(
        "a.csv",
        "\u{feff} label ,\ttext \n1,a\n",
        &settings(),
        &[("a", "1", 2)],
    );
    assert_error(
        "text,label, text\na,1,b\n",
        &settings(),
        &["line 1", "`text` is there twice"],
    );
}

#[test]
fn columns_without_a_header_are_named_by_number() {
    let settings = SourceSettings {
        header: false,
        text_column: Some("2".to_owned()),
        label_column: Some("1".to_owned()),
        ..settings()
    };
    assert_rows(
        "a.csv",
        "1,fire\n0,calm\n",
        &settings,
        &[("fire", "1", 1), ("calm", "0", 2)],
    );
    assert_error(
        "1,fire\n0\n",
        &settings,
        &["line 2", "1 field; the first record has 2"],
    );
    let unnamed = SourceSettings {
        header: false,
        ..SourceSettings::default()
    };
    assert_error("1,fire\n", &unnamed, &["`1`, `2`", "`--text-column`"]);
}

#[test]
fn rows_have_the_line_on_which_they_begin() {
    for end in ["\n", "\r\n", "\r"] {
        let content = "text,label~~\"a~b\",1~c,0~~~\"d~~\",1".replace('~', end);
        let text = |text: &str| text.replace('~', end);
        let want = if end == "\r" {
            // A carriage return within quotes is not a line of other programs.
            [(text("a~b"), 3), (text("c"), 4), (text("d~~"), 7)]
        } else {
            [(text("a~b"), 3), (text("c"), 5), (text("d~~"), 8)]
        };

        let got: Vec<_> = read("a.csv", &content, &settings())
            .into_iter()
            .map(|(text, _, line)| (text, line))
            .collect();
        assert_eq!(got, want, "{end:?}");
    }
}

#[test]
fn quote_that_is_never_closed_is_an_error_with_its_line() {
    for (content, opened) in [
        ("text,label\na,1\n\"secret,1\nb,0\nc,1\n", "line 3"),
        ("label,text\n1,\"fire\n0,cake\n1,flood\n", "line 2"),
        ("text,label\n\"a\nb\",1\nsecret,\"0", "line 4"),
        ("text,\"label\na,1\n", "line 1"),
        ("text,label\na,\"", "line 2"),
        ("text,label\na,\"\"\"", "line 2"),
    ] {
        assert_error(
            content,
            &settings(),
            &[
                &format!("a.csv`, {opened}: the quote that opens in {opened} is never closed"),
                "`--quote`",
            ],
        );
    }
}

#[test]
fn quote_that_swallows_lines_is_an_error() {
    assert_error(
        "text,label\na,1\n\"secret,1\n\"b\",0\nc,1\n",
        &settings(),
        &[
            "line 3: the quote that opens in line 3 is closed in line 4",
            "double each",
        ],
    );
    assert_rows(
        "a.csv",
        "text,label\n\"a\"b,1\n\"c\nd\" ,0\n",
        &settings(),
        &[("ab", "1", 2), ("c\nd ", "0", 3)],
    );
}

#[test]
fn escaped_quotes_are_read_with_the_setting_and_told_without_it() {
    let content = "text,label\n\"say \\\"a, b\\\" \\n \\\\\",1\nc\\,d,0\n";
    assert_error(
        content,
        &settings(),
        &[
            "line 2",
            "a backslash stands before a `\"`",
            "`--escape '\\'`",
        ],
    );
    assert_error(
        "text,label\n\"secret \\\"\",1\nb,0\n",
        &settings(),
        &["never closed", "`--escape '\\'`"],
    );

    let escaped = SourceSettings {
        escape: Some('\\'),
        ..settings()
    };
    assert_rows(
        "a.csv",
        content,
        &escaped,
        &[("say \"a, b\" \\n \\", "1", 2), ("c,d", "0", 3)],
    );
    assert_rows(
        "a.csv",
        "text,label\n\"C:\\\",1\n",
        &settings(),
        &[("C:\\", "1", 2)],
    );
}

#[test]
fn other_quotes_are_settable() {
    let single = SourceSettings {
        quote: Some('\''),
        ..settings()
    };
    assert_rows(
        "a.csv",
        "text,label\n'say \"a, it''s',1\n",
        &single,
        &[("say \"a, it's", "1", 2)],
    );
}

#[test]
fn wrong_number_of_fields_is_an_error_with_its_cause() {
    assert_error(
        "text,label\n\"a\nb\",1\nsecret, near,1\n",
        &settings(),
        &[
            "line 4: 3 fields; the header has 2",
            "put a text that has `,` in it between quotes (`\"`), or name the delimiter with \
             `--delimiter` if it is not `,`",
        ],
    );
    for (content, line) in [
        ("text,label\n'secret, near','1'\n", 2),
        ("text,label\nfire,1\n'it''s a secret, near',1\n", 3),
        ("id;text;label\n1;'a; b; c';0\n", 2),
    ] {
        assert_error(
            content,
            &settings(),
            &[
                &format!("line {line}: "),
                "as this one has if `'` quotes its texts: read the file with `--quote \"'\"`",
            ],
        );
    }
    assert_error(
        "'text','label'\n'secret','1'\n",
        &settings(),
        &[
            "no text column",
            "`'` quotes the names: read the file with `--quote \"'\"`",
        ],
    );
    for (content, parts) in [
        (
            "text,label\nsecret,1,,\n",
            "4 fields; the header has 2: the fields behind those are empty: remove their `,`",
        ),
        (
            "id,text,label\n1,secret\n",
            "2 fields; the header has 3: add what is missing, or nothing between two `,` for an empty field",
        ),
        ("id,text,label\n1,\nsecret,1\n", "add what is missing"),
        (
            "Exported on Monday, by hand\ntext,label\nsecret,1\n",
            "remove notes above it, or read a file without one with `--no-header`",
        ),
        (
            "flood near the mill,1\nsecret,0\n",
            "read a file without one with `--no-header`, which names the columns by their numbers",
        ),
    ] {
        assert_error(content, &settings(), &[parts]);
    }
    assert_error(
        "text,label\n'tis a secret, near, by,1\n",
        &settings(),
        &["4 fields; the header has 2: put a text"],
    );
    let tab = SourceSettings {
        delimiter: Some('\t'),
        ..settings()
    };
    let (_directory, path) = write("a.csv", "text\tlabel\nb\n");
    let message = source_error(&path, &tab);
    assert_parts(&message, &["1 field", "the delimiter is a tab"]);
    assert!(!message.contains("as found"), "{message}");
}

#[test]
fn joined_files_are_told() {
    for mark in ["", "\u{feff}"] {
        assert_error(
            &format!("{mark}text,label\na,1\n{mark}text,label\nsecret,1\n"),
            &settings(),
            &["line 3: it repeats the header", "`--data`"],
        );
    }
}

#[test]
fn file_without_a_record_is_empty() {
    for content in ["", "\u{feff}", "\n", "\r\n\r\n", "\u{feff}\n\n"] {
        assert_error(content, &settings(), &["a.csv` is empty"]);
    }
}

#[test]
fn setting_that_is_no_ascii_character_is_an_error() {
    let settings = SourceSettings {
        delimiter: Some('§'),
        ..settings()
    };
    assert_error("text§label\n", &settings, &["the delimiter is `§`"]);
}

/// Records as the `csv` crate reads them.
fn reference(content: &str) -> Vec<Vec<String>> {
    ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(content.as_bytes())
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

proptest! {
    #[test]
    fn records_are_those_of_the_csv_crate(body in "[a\", é\n\r]{0,40}") {
        let content = format!("text,label\nx,1\n{body}");
        let (_directory, path) = write("a.csv", &content);
        let settings = SourceSettings {
            delimiter: Some(','),
            ..settings()
        };
        let mut got = Vec::new();
        let read = open(&path, &settings).unwrap().read(&mut |row| {
            got.push(vec![row.text.to_owned(), row.label.to_owned()]);
            Ok(())
        });

        let want = &reference(&content)[1..];
        let equal = want.iter().take_while(|record| record.len() == 2).count();
        if read.is_ok() {
            prop_assert_eq!(&got[..], want);
        } else {
            prop_assert!(got.len() <= equal);
            prop_assert_eq!(&got[..], &want[..got.len()]);
        }
    }
}
