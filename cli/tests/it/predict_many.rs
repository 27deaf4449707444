//! `relevance predict` on more texts than one thread takes at once, and into files.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use parquet::basic::Encoding;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::RowAccessor as _;

use crate::predict::{Answer, assert_answers, json_lines, reference};
use crate::support::{Workspace, few_rows};

/// Longer than any block of texts that is read at once.
const LONG: usize = 600_000;

/// Distinct texts for some ten blocks, short ones and long ones, some of them empty.
fn texts() -> Vec<String> {
    let rows = few_rows();
    let line = |number: usize| match number {
        _ if number.is_multiple_of(7000) => format!("{number} {}", "flood ".repeat(LONG / 6)),
        _ if number.is_multiple_of(11) => String::new(),
        _ => format!(
            "{number} {}",
            rows[number % rows.len()].text.replace(['\n', '\r'], " ")
        ),
    };
    (0..25_000).map(line).collect()
}

fn read_parquet(workspace: &Workspace, name: &str) -> Vec<Answer> {
    let reader = SerializedFileReader::new(File::open(workspace.path(name)).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap);
    let answer = |row: parquet::record::Row| Answer {
        label: row.get_string(0).unwrap().clone(),
        relevant: row.get_bool(1).unwrap(),
        probability: row.get_float(2).unwrap(),
        known_terms: row.get_int(3).ok().map(|count| count.try_into().unwrap()),
        text: row.get_string(4).unwrap().clone(),
    };
    rows.map(answer).collect()
}

#[test]
fn any_number_of_threads_gives_the_same_answers_in_order() {
    let workspace = Workspace::with_model();
    let texts = texts();
    workspace.write("texts.txt", texts.join("\n"));

    for format in ["text", "jsonl", "csv"] {
        let run = |threads| {
            let arguments = [
                "predict",
                "-i",
                "texts.txt",
                "-f",
                format,
                "--threads",
                threads,
            ];
            workspace.run(&arguments).succeeded().stdout
        };
        let one = run("1");
        for threads in ["2", "5"] {
            assert!(run(threads) == one, "{format} with {threads} threads");
        }
        if format == "jsonl" {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            assert_answers(&json_lines(&one), &reference(&workspace), &texts);
        }
    }
}

#[test]
fn line_ends_of_windows_are_no_part_of_texts_wherever_blocks_end() {
    let workspace = Workspace::with_model();
    let texts = texts();
    let run = |end: &str, last: &str| {
        let lines = texts.join(end) + last;
        workspace
            .run_with_input(&["predict", "-f", "jsonl"], lines.as_bytes())
            .succeeded()
            .stdout
    };
    let want = run("\n", "\n");
    assert_eq!(want.lines().count(), texts.len());

    for (end, last) in [("\n", ""), ("\r\n", "\r\n"), ("\r\n", "")] {
        assert!(run(end, last) == want, "{end:?}, {last:?}");
    }
}

#[test]
fn a_bad_line_of_a_late_block_is_named_and_what_is_before_it_answered() {
    let workspace = Workspace::with_model();
    let mut texts = texts();
    texts.truncate(20_000);
    let mut bytes = texts.join("\n").into_bytes();
    bytes.extend(b"\ncaf\xe9\nflood\n");
    bytes.extend("flood\n".repeat(100_000).bytes());
    workspace.write("texts.txt", &bytes);

    for threads in ["1", "4"] {
        let arguments = [
            "predict",
            "-i",
            "texts.txt",
            "-f",
            "jsonl",
            "--threads",
            threads,
        ];
        let outcome = workspace
            .run(&arguments)
            .failed(1, &["`texts.txt`", "line 20001", "UTF-8"]);
        assert!(
            json_lines(&outcome.stdout)
                .iter()
                .map(|answer| &answer.text)
                .eq(&texts),
            "{threads} threads"
        );
    }
}

#[test]
fn an_answer_comes_while_more_texts_are_waited_for() {
    let workspace = Workspace::with_model();
    for format in ["text", "jsonl", "csv"] {
        let mut command = workspace.command(&["predict", "-f", format]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        for text in ["flood waters", "a sunny day", "fire"] {
            // The bytes behind the line begin the next one.
            input.write_all(text.as_bytes()).unwrap();
            input.write_all(b"\nhalf a line, ").unwrap();
            let answer = answers.find(|line| !line.starts_with("label,")).unwrap();
            assert!(answer.contains(text), "{format}: {answer}");
        }
        drop(input);
        assert!(
            answers.next().unwrap().contains("half a line, "),
            "{format}"
        );
        assert_eq!(
            (answers.next(), child.wait().unwrap().code()),
            (None, Some(0)),
            "{format}"
        );
    }
}

#[test]
fn parquet_has_the_answers_of_json_lines() {
    let workspace = Workspace::with_model();
    let texts = texts();

    for (name, lines) in [
        ("many", texts.join("\n")),
        ("few", "flood\n\nfire".to_owned()),
        ("none", String::new()),
    ] {
        workspace.write("texts.txt", &lines);
        let want = workspace
            .run(&["predict", "-i", "texts.txt", "-f", "jsonl"])
            .succeeded()
            .stdout;
        let want: Vec<Answer> = json_lines(&want);
        for threads in ["1", "3"] {
            let arguments = [
                "predict",
                "-i",
                "texts.txt",
                "-o",
                "answers.parquet",
                "--threads",
                threads,
            ];
            assert_eq!(workspace.run(&arguments).succeeded().stdout, "");
            assert!(
                read_parquet(&workspace, "answers.parquet") == want,
                "{name}, {threads} threads"
            );
        }
    }
}

#[test]
fn parquet_groups_are_bounded_and_labels_a_dictionary() {
    let workspace = Workspace::with_model();
    workspace.write(
        "texts.txt",
        "flood waters are rising in the town\n".repeat(250_000),
    );
    workspace
        .run(&["predict", "-i", "texts.txt", "-o", "answers.parquet"])
        .succeeded();
    let reader =
        SerializedFileReader::new(File::open(workspace.path("answers.parquet")).unwrap()).unwrap();
    let groups = reader.metadata().row_groups();
    assert_eq!(
        groups.iter().map(RowGroupMetaData::num_rows).sum::<i64>(),
        250_000
    );
    assert_eq!(groups.len(), 3, "one for each 4 MiB of texts");

    for group in groups {
        let column = |workspace: usize| {
            group
                .column(workspace)
                .encodings()
                .any(|encoding| encoding == Encoding::RLE_DICTIONARY)
        };
        assert_eq!([0, 1, 2, 3].map(column), [true, false, false, false]);
    }
}

#[test]
fn a_file_has_what_standard_output_would_and_its_ending_says_the_format() {
    let workspace = Workspace::with_model();
    for (name, format) in [
        ("answers", "text"),
        ("a.txt", "text"),
        ("a.JSONL", "jsonl"),
        ("a.csv", "csv"),
    ] {
        let want = workspace
            .run(&["predict", "-f", format, "flood", "fire"])
            .succeeded()
            .stdout;
        workspace
            .run(&["predict", "-o", name, "flood", "fire"])
            .succeeded();
        assert_eq!(
            String::from_utf8(workspace.read(name)).unwrap(),
            want,
            "{name}"
        );
    }

    workspace
        .run(&["predict", "-o", "answers.pq", "-f", "parquet", "flood"])
        .succeeded();
    assert_eq!(read_parquet(&workspace, "answers.pq")[0].text, "flood");
    workspace
        .run(&["predict", "-o", "b.csv", "-f", "parquet", "flood"])
        .failed(2, &["`b.csv`", "`--format parquet`"]);
}

#[test]
fn a_file_stays_as_it_was_when_a_line_is_bad() {
    let workspace = Workspace::with_model();
    workspace.write("texts.txt", b"flood\ncaf\xe9\n");
    let files = workspace.files("");

    for format in ["text", "parquet"] {
        workspace.write("answers", "of yesterday");
        workspace
            .run(&["predict", "-i", "texts.txt", "-o", "answers", "-f", format])
            .failed(1, &["line 2"]);
        assert_eq!(workspace.read("answers"), b"of yesterday", "{format}");
    }
    assert_eq!(
        workspace.files("").len(),
        files.len() + 1,
        "nothing is left beside it"
    );

    workspace
        .run(&["predict", "-o", "nowhere/answers", "flood"])
        .failed(1, &["`nowhere/answers`"]);
}

#[test]
fn a_device_takes_answers_and_stays_one() {
    let workspace = Workspace::with_model();
    let outcome = workspace
        .run(&["predict", "-o", "/dev/stdout", "flood"])
        .succeeded();
    assert!(outcome.stdout.ends_with("\tflood\n"), "{outcome:?}");
}

#[test]
fn u_0000_counts_as_a_space_and_stays_in_the_text() {
    let workspace = Workspace::with_model();
    let outcome = workspace
        .run_with_input(
            &["predict", "-f", "jsonl"],
            b"flood\0waters\nflood waters\n",
        )
        .succeeded();
    let [zero, space]: [Answer; 2] = json_lines(&outcome.stdout).try_into().unwrap();

    assert_eq!(
        (zero.probability, zero.text.as_str()),
        (space.probability, "flood\0waters")
    );
}
