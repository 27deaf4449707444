//! `relevance predict`.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use relevance_export::{parse, pipeline_from_model};
use relevance_pipeline::Pipeline;
use serde::Deserialize;
use serde_json::json;

use crate::support::{Outcome, Workspace, few_rows};

/// How far the command's probability may be from the reference's.
const TOLERANCE: f32 = 1e-6;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub label: String,
    pub relevant: bool,
    pub probability: f32,
    pub known_terms: Option<usize>,
    pub text: String,
}

/// The plain Rust pipeline of version 1.
pub fn reference(workspace: &Workspace) -> Pipeline {
    pipeline_from_model(&parse(&workspace.read("models/relevance/1/model.onnx")).unwrap()).unwrap()
}

pub fn json_lines(stdout: &str) -> Vec<Answer> {
    stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn comma_separated(stdout: &str) -> Vec<Answer> {
    csv::Reader::from_reader(stdout.as_bytes())
        .deserialize()
        .map(Result::unwrap)
        .collect()
}

/// Asserts that the answers are the reference's for `texts`, in their order.
#[track_caller]
pub fn assert_answers(answers: &[Answer], reference: &Pipeline, texts: &[&str]) {
    assert_eq!(
        answers
            .iter()
            .map(|answer| answer.text.as_str())
            .collect::<Vec<_>>(),
        texts
    );

    for answer in answers {
        let want = reference.predict(&answer.text);
        assert!(
            (answer.probability - want.probability).abs() <= TOLERANCE,
            "{answer:?}, want {want:?}"
        );
        assert_eq!(answer.relevant, want.relevant, "{answer:?}");
        assert_eq!(answer.label, reference.label(want.relevant), "{answer:?}");
        let known_terms = reference.term_counts(&answer.text).len();
        assert_eq!(answer.known_terms, Some(known_terms), "{answer:?}");
    }
}

#[test]
fn texts_come_from_the_arguments_a_file_or_standard_input() {
    let workspace = Workspace::with_model();
    let texts = [
        "flood waters are rising",
        "lunch, with \"friends\"",
        "",
        "crue à Genève",
    ];
    let lines = texts.join("\n");
    workspace.write("texts.txt", &lines);
    let format = ["predict", "--format", "jsonl"];
    let from_arguments = workspace.run(&[&format[..], &texts].concat()).succeeded();
    assert_answers(
        &json_lines(&from_arguments.stdout),
        &reference(&workspace),
        &texts,
    );

    for (name, outcome) in [
        (
            "a file",
            workspace.run(&[&format[..], &["--input", "texts.txt"]].concat()),
        ),
        (
            "standard input",
            workspace.run_with_input(&format, lines.as_bytes()),
        ),
        (
            "standard input by its sign",
            workspace.run_with_input(&[&format[..], &["-i", "-"]].concat(), lines.as_bytes()),
        ),
        (
            "lines of Windows",
            workspace.run_with_input(&format, lines.replace('\n', "\r\n").as_bytes()),
        ),
    ] {
        assert_eq!(outcome.succeeded().stdout, from_arguments.stdout, "{name}");
    }
}

#[test]
fn no_text_gives_no_answer_but_a_header() {
    let workspace = Workspace::with_model();
    let header = "label,relevant,probability,known_terms,text\n";
    for (format, want) in [
        ("text", ""),
        ("jsonl", ""),
        ("csv", header),
        ("tsv", &header.replace(',', "\t")),
    ] {
        assert_eq!(
            workspace
                .run(&["predict", "--format", format])
                .succeeded()
                .stdout,
            want,
            "{format}"
        );
    }
}

#[test]
fn an_answer_is_the_same_in_every_format() {
    let workspace = Workspace::with_model();
    let texts = ["a \"quoted\", flood", "two\twords"];
    let answers = |format: &str| {
        let arguments = [&["predict", "--format", format], &texts[..]].concat();
        workspace.run(&arguments).succeeded().stdout
    };
    let reference = reference(&workspace);
    assert_answers(&json_lines(&answers("jsonl")), &reference, &texts);
    assert_answers(&comma_separated(&answers("csv")), &reference, &texts);

    let text = answers("text");
    for (line, (text, answer)) in text
        .lines()
        .zip(texts.iter().zip(json_lines(&answers("jsonl"))))
    {
        let text = text.replace('\t', "\\t");
        assert_eq!(
            line,
            format!(
                "{}\t{:.6}\t{}\t{text}",
                answer.label,
                answer.probability,
                answer.known_terms.unwrap()
            )
        );
    }
    assert_eq!(text.lines().count(), texts.len());
}

#[test]
fn order_is_kept_over_many_batches() {
    let workspace = Workspace::with_model();
    let rows = few_rows();
    let texts: Vec<String> = (0..3000)
        .map(|number| {
            format!(
                "{number} {}",
                rows[number % rows.len()].text.replace(['\n', '\r'], " ")
            )
        })
        .collect();
    workspace.write("texts.txt", texts.join("\n") + "\n");
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let outcome = workspace
        .run(&["predict", "--input", "texts.txt", "--format", "csv"])
        .succeeded();

    assert_answers(
        &comma_separated(&outcome.stdout),
        &reference(&workspace),
        &texts,
    );
}

#[test]
fn a_model_file_needs_no_store() {
    let workspace = Workspace::with_model();
    let want = workspace.run(&["predict", "flood"]).succeeded().stdout;
    std::fs::copy(
        workspace.path("models/relevance/1/model.onnx"),
        workspace.path("my.onnx"),
    )
    .unwrap();
    let arguments = [
        "predict",
        "--model-file",
        "my.onnx",
        "--store",
        "nowhere",
        "flood",
    ];
    assert_eq!(workspace.run(&arguments).succeeded().stdout, want);

    workspace.write("my.onnx", "not a model");
    workspace.run(&arguments).failed(1, &["ONNX"]);
    workspace
        .run(&["predict", "--model-file", "none.onnx", "flood"])
        .failed(1, &["`none.onnx`"]);
}

#[test]
fn a_line_that_is_not_utf_8_fails_with_its_number() {
    let workspace = Workspace::with_model();
    let mut bytes = "flood\n".repeat(1500).into_bytes();
    bytes.extend(b"caf\xe9\nflood\n");
    workspace.write("texts.txt", &bytes);
    let outcome = workspace
        .run(&["predict", "-i", "texts.txt"])
        .failed(1, &["`texts.txt`", "line 1501", "UTF-8"]);
    let answers: Vec<&str> = outcome.stdout.lines().collect();
    assert!(
        answers.len() == 1500 && answers.iter().all(|line| line.ends_with("\tflood")),
        "{}",
        outcome.stdout
    );

    workspace
        .run_with_input(&["predict"], b"caf\xe9\n")
        .failed(1, &["line 1"]);
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let workspace = Workspace::with_model();
    // More than a pipe holds, so that writing meets the closed end.
    workspace.write(
        "texts.txt",
        "flood waters are rising in the town by the river\n".repeat(20_000),
    );

    for format in ["text", "jsonl", "csv"] {
        let mut command = workspace.command(&["predict", "-i", "texts.txt", "--format", format]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        reader.read_line(&mut String::new()).unwrap();
        drop(reader);
        let mut stderr = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        assert_eq!(
            (child.wait().unwrap().code(), stderr.as_str()),
            (Some(0), ""),
            "{format}"
        );
    }
}

#[test]
fn texts_and_an_input_at_once_are_wrong_usage() {
    let workspace = Workspace::new();
    workspace
        .run(&["predict", "flood", "--input", "texts.txt"])
        .failed(2, &["--input"]);
    workspace
        .run(&["predict", "--format", "yaml", "flood"])
        .failed(2, &["yaml", "jsonl"]);
    workspace
        .run(&["predict", "--threads", "0", "flood"])
        .failed(2, &["--threads"]);
    workspace
        .run(&["predict", "--format", "parquet", "flood"])
        .failed(2, &["Parquet", "--output FILE"]);
}

#[test]
fn a_missing_file_or_model_fails_by_name() {
    let workspace = Workspace::with_model();
    workspace
        .run(&["predict", "-i", "nowhere.txt"])
        .failed(1, &["`nowhere.txt`"]);
    workspace
        .run(&["predict", "--name", "other", "flood"])
        .failed(1, &["`other`"]);
    workspace
        .run(&["predict", "--model-version", "7", "flood"])
        .failed(1, &["no version 7"]);
}

#[test]
fn json_lines_are_objects_of_five_keys() {
    let workspace = Workspace::with_model();
    let outcome = workspace
        .run(&["predict", "-f", "jsonl", "flood"])
        .succeeded()
        .json();
    let keys: Vec<&String> = outcome.as_object().unwrap().keys().collect();

    assert_eq!(
        json!(keys),
        json!(["known_terms", "label", "probability", "relevant", "text"])
    );
}

#[test]
fn an_inlined_model_does_not_say_how_many_terms_it_knows() {
    let workspace = Workspace::with_model();
    workspace
        .run(&["export", "--inline", "-o", "inlined.onnx"])
        .succeeded();
    let answers = |format: &str| {
        let model = ["--model-file", "inlined.onnx"];
        let arguments = [&["predict", "flood", "--format", format], &model[..]].concat();
        workspace.run(&arguments).succeeded().stdout
    };

    let text = answers("text");
    let [label, probability, "", "flood\n"] = text.split('\t').collect::<Vec<_>>()[..] else {
        panic!("{text:?}")
    };
    assert!(!label.is_empty() && !probability.is_empty());
    assert!(!answers("jsonl").contains("known_terms"));
    assert!(answers("csv").starts_with("label,relevant,probability,text\n"));
}

#[test]
fn texts_cannot_control_terminals_or_spreadsheets() {
    let workspace = Workspace::with_model();
    let texts = "=HYPERLINK(\"http://example.com\")\n\u{1b}[2Jflood\u{9b}31m\n";

    let csv = workspace.run_with_input(&["predict", "--format", "csv"], texts.as_bytes());
    let answers = comma_separated(&csv.succeeded().stdout);
    assert_eq!(answers[0].text, "'=HYPERLINK(\"http://example.com\")");

    let text = workspace.run_with_input(&["predict", "--format", "text"], texts.as_bytes());
    let text = text.succeeded().stdout;
    assert!(text.ends_with("\\u001b[2Jflood\\u009b31m\n"), "{text}");
    assert!(
        text.chars()
            .all(|c| !c.is_control() || c == '\t' || c == '\n')
    );
}

#[test]
fn without_any_set_up_the_committed_model_predicts() {
    let workspace = Workspace::new();
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../models");
    let want = workspace
        .run(&["predict", "--store", committed, "flood", "lunch"])
        .succeeded();
    assert_eq!(want.stderr, "");

    let embedded = workspace.run(&["predict", "flood", "lunch"]).succeeded();
    assert_eq!(embedded.stdout, want.stdout);
    assert_eq!(embedded.stderr.lines().count(), 1, "{embedded:?}");
    assert!(
        embedded.stderr.contains("embedded model") && embedded.stderr.contains("relevance train"),
        "{embedded:?}"
    );
}

#[test]
fn a_store_that_is_named_or_there_is_never_replaced_by_the_embedded_model() {
    let workspace = Workspace::new();
    for flag in [
        ["--store", "models"],
        ["--model-file", "none.onnx"],
        ["--name", "relevance"],
        ["--model-version", "production"],
    ] {
        let failed = workspace.run(&["predict", "flood", flag[0], flag[1]]);
        assert_eq!(failed.code, Some(1), "{flag:?}: {failed:?}");
    }
    let mut command = workspace.command(&["predict", "flood"]);
    let failed = Outcome::of(command.env("RELEVANCE_STORE", "models"));
    assert_eq!(failed.code, Some(1), "{failed:?}");

    std::fs::create_dir(workspace.path("models")).unwrap();
    workspace.run(&["predict", "flood"]).failed(1, &[]);
    workspace.run(&["export", "-o", "m.onnx"]).failed(1, &[]);
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_text() {
    let workspace = Workspace::new();
    let outcome =
        workspace.run_with_input(&["predict", "-f", "jsonl"], b"\xef\xbb\xbfflood\nlunch\n");
    let texts: Vec<String> = json_lines(&outcome.succeeded().stdout)
        .into_iter()
        .map(|answer| answer.text)
        .collect();
    assert_eq!(texts, ["flood", "lunch"]);
}

#[test]
fn other_encodings_and_binary_input_fail_with_a_way_out() {
    let workspace = Workspace::new();
    workspace.write("my texts.txt", b"flood\ncaf\xe9\n");
    workspace.run(&["predict", "-i", "my texts.txt"]).failed(
        1,
        &[
            "`my texts.txt`, line 2, byte 10",
            "`--encoding windows-1252`",
        ],
    );

    let binary = b"\x7fELF\x02\0\0\xfe\n\0";
    for arguments in [&["predict"][..], &["predict", "--lines"]] {
        workspace
            .run_with_input(arguments, binary)
            .failed(1, &["binary"]);
    }
}

#[test]
fn the_ending_of_the_output_is_its_format_or_refused() {
    let workspace = Workspace::new();
    for name in ["out.json", "out.xlsx", "out.csv.gz"] {
        workspace
            .run(&["predict", "flood", "-o", name])
            .failed(2, &[name]);
        assert!(!workspace.path(name).exists());
    }
    workspace
        .run(&["predict", "flood", "-o", "out.csv.gz", "-f", "csv"])
        .failed(2, &["not compressed", "out.csv.gz"]);
    let standard = workspace.run(&["predict", "flood", "-o", "-"]).succeeded();
    assert!(standard.stdout.ends_with("\tflood\n"), "{standard:?}");
    workspace
        .run(&["predict", "flood", "-o", "out.json", "-f", "jsonl"])
        .succeeded();
    assert!(workspace.read("out.json").starts_with(b"{"));

    for arguments in [&["-o", "out.tsv"][..], &["-o", "out.tsv", "-f", "csv"]] {
        workspace
            .run(&[&["predict", "flood"], arguments].concat())
            .succeeded();
        let table = String::from_utf8(workspace.read("out.tsv")).unwrap();
        assert!(
            table.starts_with("label\trelevant\tprobability\tknown_terms\ttext\n"),
            "{table}"
        );
    }
}
