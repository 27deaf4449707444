//! `relevance data`.

use std::fs;

use crate::support::{Example, Workspace, csv, few_rows, rows, write_sqlite};

/// Three labels, one duplicate, one conflict, one empty text.
const SMALL: &str = "text,choose_one\nflood,Relevant\nflood,Relevant\nlunch,Not Relevant\nlunch,Relevant\n,Not Relevant\n\
                     hm,Can't Decide\n";

/// The names in the workspace, sorted.
fn listing(workspace: &Workspace) -> Vec<String> {
    let entries = fs::read_dir(workspace.path("")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_is_packed_unpacks_to_the_same_bytes() {
    let workspace = Workspace::new();
    write_sqlite(&workspace.path("rows.db"), &few_rows());
    let packed = workspace
        .run(&["data", "pack", "rows.db", "rows.tar.gz"])
        .succeeded();
    let unpacked = workspace
        .run(&["data", "unpack", "rows.tar.gz", "back.db"])
        .succeeded();

    assert_eq!(
        (packed.stdout, unpacked.stdout),
        (String::new(), String::new()),
        "talk goes to stderr"
    );
    assert!(unpacked.stderr.contains("`back.db`"), "{}", unpacked.stderr);
    assert_eq!(workspace.read("back.db"), workspace.read("rows.db"));
    assert_eq!(listing(&workspace), ["back.db", "rows.db", "rows.tar.gz"]);
}

#[test]
fn packing_twice_gives_one_archive() {
    let workspace = Workspace::new();
    write_sqlite(&workspace.path("rows.db"), &few_rows());
    for archive in ["one.tar.gz", "two.tar.gz"] {
        workspace
            .run(&["data", "pack", "rows.db", archive])
            .succeeded();
    }
    assert_eq!(workspace.read("one.tar.gz"), workspace.read("two.tar.gz"));
}

#[test]
fn a_check_counts_what_a_person_should_look_at() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", SMALL);
    let report = workspace
        .run(&["data", "check", "--data", "rows.csv", "--json"])
        .failed(1, &["too few for the fraction"])
        .json();

    for (pointer, want) in [
        ("/rows", 6),
        ("/labels/relevant", 3),
        ("/labels/not_relevant", 2),
        ("/labels/cant_decide", 1),
        ("/unlabelled/total", 0),
        ("/distinct_texts", 4),
        ("/duplicates/total", 2),
        ("/duplicates/first/0", 2),
        ("/conflicts/total", 1),
        ("/conflicts/first/0/rows/1/row", 4),
        ("/empty_texts/total", 1),
        ("/lengths/max", 5),
    ] {
        assert_eq!(
            report.pointer(pointer),
            Some(&want.into()),
            "{pointer} in {report}"
        );
    }
}

#[test]
fn a_check_reads_as_text_too() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", SMALL);
    let outcome = workspace
        .run(&["data", "check", "--data", "rows.csv"])
        .failed(1, &["too few for the fraction"]);
    insta::assert_snapshot!(outcome.stdout, @r"
    source: rows.csv
    rows: 6
      Not Relevant: 2
      Relevant: 3
      Can't Decide: 1
      without a label: 0
    different texts: 4
      without case, links, handles, punctuation, whitespace: 4
    rows that repeat a text: 2 (row 2, 4)
    texts with more than one label: 1 (row 3 Not Relevant / 4 Relevant)
    empty texts: 1 (row 5)
    characters a text: min 0, mean 3.7, median 5, 95 % up to 5, max 5
    ");
}

#[test]
fn a_source_that_cannot_be_trained_on_fails_the_check_after_its_report() {
    let workspace = Workspace::new();
    workspace.write(
        "rows.csv",
        "text,choose_one\nflood,Relevant\nlunch,Perhaps\n",
    );
    let arguments = ["data", "check", "--data", "rows.csv", "--json"];
    let report = workspace
        .run(&arguments)
        .failed(
            1,
            &[
                "`rows.csv` cannot be trained on",
                "unknown labels `Perhaps` (1), the first in line 3",
            ],
        )
        .json();
    assert_eq!(report["label_values"][1]["value"], "Perhaps");

    workspace.write("rows.csv", "text,choose_one\n");
    workspace.run(&arguments).failed(1, &["no rows"]);
}

#[test]
fn a_check_fails_wherever_training_could_not_begin_and_says_why() {
    const NAMES: [&str; 3] = ["Not Relevant", "Relevant", "Can't Decide"];

    let workspace = Workspace::new();
    let table = |texts: &[(String, u8)]| {
        let rows = texts
            .iter()
            .map(|(text, label)| format!("{text},{}\n", NAMES[usize::from(*label)]));
        "text,choose_one\n".to_owned() + &rows.collect::<String>()
    };
    let labelled = |labels: [u8; 2]| {
        let row = |index: usize| (format!("flood number {index}"), labels[index % 2]);
        (0..600).map(row).collect::<Vec<_>>()
    };
    let same_text = |text: &str| {
        let row = |index: usize| (text.to_owned(), u8::from(index.is_multiple_of(2)));
        (0..600).map(row).collect::<Vec<_>>()
    };
    let symbols = |index: usize| {
        (
            format!("{} -", "!".repeat(index)),
            u8::from(index.is_multiple_of(2)),
        )
    };
    let mut copied = labelled([1, 1]);
    copied.extend((0..700).map(|_| ("one text".to_owned(), 0)));

    for (rows, reason) in [
        (
            labelled([1, 1]),
            "no row with a text is labelled `Not Relevant`: training needs",
        ),
        (
            labelled([1, 2]),
            "and 300 rows are left out (300 undecided)",
        ),
        (
            labelled([0, 1])[..5].to_vec(),
            "too few for the fraction of",
        ),
        (
            same_text(""),
            "and 600 rows are left out (600 with an empty text)",
        ),
        (same_text("flood"), "too few for the fraction of"),
        (
            (0..600).map(symbols).collect(),
            "none of the 420 training texts has a token",
        ),
        (copied, "the number of different texts with that label is 1"),
    ] {
        workspace.write("rows.csv", table(&rows));
        let check = workspace.run(&["data", "check", "--data", "rows.csv"]);
        let check = check.failed(1, &["`rows.csv` cannot be trained on", reason]);
        assert!(check.stdout.contains("different texts:"), "{check:?}");
        workspace
            .run(&["train", "--data", "rows.csv"])
            .failed(1, &[reason]);
    }
}

#[test]
fn a_check_takes_the_settings_of_training() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&few_rows()));
    let check = ["data", "check", "--data", "rows.csv"];
    workspace.run(&check).succeeded();
    let rare = [&check[..], &["--min-document-frequency", "5000"]].concat();
    workspace
        .run(&rare)
        .failed(1, &["no term occurs in at least 5000"]);
}

#[test]
fn columns_are_taken_by_their_flags() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", "subject,relevance\nflood,1\nlunch,0\n");
    let arguments = ["data", "check", "--data", "rows.csv", "--json"];
    workspace
        .run(&arguments)
        .failed(1, &["text column `text`", "`subject`", "`--text-column`"]);
    let named = [
        &arguments[..],
        &["--text-column", "subject", "--label-column", "relevance"],
    ]
    .concat();
    let report = workspace
        .run(&named)
        .failed(1, &["too few for the fraction"])
        .json();
    assert_eq!(report["labels"]["relevant"], 1);

    workspace
        .run(&[&named[..], &["--column", "relevance", "--column", "town"]].concat())
        .failed(1, &["no column `town`"]);
}

#[test]
fn a_refused_pack_or_unpack_leaves_no_file() {
    let workspace = Workspace::new();
    write_sqlite(&workspace.path("rows.db"), &few_rows());
    workspace
        .run(&["data", "pack", "rows.db", "rows.tar.gz"])
        .succeeded();
    let archive = workspace.read("rows.tar.gz");
    workspace.write("torn.tar.gz", &archive[..archive.len() / 2]);
    workspace.write("rows.csv", SMALL);
    let before = listing(&workspace);

    for (arguments, parts) in [
        (
            &["pack", "rows.csv", "out"][..],
            &["`rows.csv`", "not a SQLite database"][..],
        ),
        (&["pack", "nowhere.db", "out"], &["`nowhere.db`"]),
        (&["unpack", "torn.tar.gz", "out"], &["`torn.tar.gz`"]),
        (&["unpack", "rows.csv", "out"], &["`rows.csv`"]),
        (
            &[
                "unpack",
                "rows.tar.gz",
                "out",
                "--max-unpacked-bytes",
                "1000",
            ],
            &["`max_unpacked_bytes`", "1000"],
        ),
    ] {
        workspace
            .run(&[&["data"], arguments].concat())
            .failed(1, parts);
        assert_eq!(listing(&workspace), before, "{arguments:?}");
    }
}

#[test]
fn drift_is_told_and_warned_of_only_where_texts_are_others() {
    let workspace = Workspace::with_model();
    let check = |file: &str| {
        let arguments = [
            "data",
            "check",
            "--data",
            file,
            "--against",
            "production",
            "--json",
        ];
        workspace.run(&arguments).succeeded()
    };
    let unseen: Vec<Example> = rows().into_iter().skip(2).step_by(5).collect();
    workspace.write("unseen.csv", csv(&unseen));
    let same = check("unseen.csv");
    assert_eq!(same.json().pointer("/drift/version"), Some(&1.into()));
    assert!(!same.stderr.contains("warning"), "{}", same.stderr);

    workspace.write(
        "other.csv",
        "text,choose_one\n".to_owned() + &"ein ganz anderer Satz,Relevant\n".repeat(500),
    );
    let other = check("other.csv");
    for moved in ["lengths", "unknown_tokens", "scores", "labels"] {
        assert!(
            other
                .json()
                .pointer(&format!("/drift/{moved}/psi"))
                .unwrap()
                .as_f64()
                .unwrap()
                > 0.25,
            "{moved}"
        );
        assert!(other.stderr.contains(moved), "{}", other.stderr);
    }
}

/// A table of 50 rows with the header, in which `row` gives the line of a number.
fn table(header: &str, row: impl Fn(usize) -> String) -> String {
    let lines: Vec<_> = (0..50).map(row).collect();
    format!("{header}\n{}\n", lines.join("\n"))
}

#[test]
fn drift_is_measured_of_texts_without_labels_or_with_others() {
    let workspace = Workspace::with_model();
    workspace.write(
        "texts.csv",
        table("id,text", |row| format!("{row},flood {row}")),
    );
    workspace.write(
        "others.csv",
        table("text,label", |row| format!("flood {row},five {}", row % 3)),
    );
    workspace.write("texts.jsonl", "{\"text\": \"flood\"}\n".repeat(50));
    for file in ["texts.csv", "others.csv", "texts.jsonl"] {
        let check = ["data", "check", "--data", file, "--against", "production"];
        let report = workspace.run(&[&check[..], &["--json"]].concat());
        let report = report.succeeded().json();
        assert_eq!(report["rows"], 50, "{file}");
        assert_eq!(report.pointer("/drift/version"), Some(&1.into()), "{file}");
    }

    let check = ["data", "check", "--data", "texts.csv"];
    workspace.run(&check).failed(1, &["no label column"]);
    let flags = ["--against", "production", "--label-column", "x"];
    workspace
        .run(&[&check[..], &flags].concat())
        .failed(1, &["no label column `x`"]);
}

#[test]
fn label_values_are_shown_with_the_meaning_that_flags_give_them() {
    let workspace = Workspace::new();
    workspace.write(
        "rows.csv",
        table("text,label", |row| format!("text {row},{}", row % 5 + 1)),
    );
    let check = |flags: &[&str]| {
        let check = ["data", "check", "--data", "rows.csv", "--json"];
        let outcome = workspace.run(&[&check[..], flags].concat());
        let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        let values = report["label_values"].as_array().unwrap().clone();
        let mut meanings: Vec<_> = values
            .iter()
            .map(|value| format!("{}{}", value["value"], value["label"]).replace('"', ""))
            .collect();
        meanings.sort_unstable();
        meanings.join(" ")
    };
    assert_eq!(check(&[]), "1null 2null 3null 4null 5null");
    assert_eq!(
        check(&["--relevant", "4,5", "--not-relevant", "1"]),
        "1Not Relevant 2null 3null 4Relevant 5Relevant"
    );
    let flags = [
        "--relevant",
        "4,5",
        "--not-relevant",
        "*",
        "--undecided-values",
        "3",
    ];
    assert_eq!(
        check(&flags),
        "1Not Relevant 2Not Relevant 3Can't Decide 4Relevant 5Relevant"
    );
    workspace
        .run(&["data", "check", "--data", "rows.csv", "--relevant", "*"])
        .failed(
            2,
            &[
                "`labels.relevant` (`--relevant`)",
                "`labels.not_relevant` (`--not-relevant`)",
            ],
        );

    workspace.write(
        "rows.csv",
        table("text,label", |row| format!("text {row},{}", row % 3)),
    );
    let report = workspace
        .run(&["data", "check", "--data", "rows.csv"])
        .succeeded();
    assert!(
        report.stdout.contains("  `2`: 16 \u{2192} Can't Decide\n"),
        "{}",
        report.stdout
    );
}

#[test]
fn a_version_that_is_not_there_cannot_be_compared_with() {
    let workspace = Workspace::with_model();
    let arguments = ["data", "check", "--data", "rows.csv", "--against", "9"];
    workspace.run(&arguments).failed(1, &["version 9"]);
}

#[test]
fn a_password_in_a_location_is_not_told() {
    let workspace = Workspace::new();
    let location = "postgres://ann:secret@127.0.0.1:1/rows?sslmode=disable&password=secret";

    for arguments in [
        &["data", "check", "--data", location][..],
        &["train", "--data", location],
    ] {
        let outcome = workspace
            .run(arguments)
            .failed(1, &["cannot connect to `postgres://127.0.0.1:1/rows`"]);
        assert!(
            !outcome.stderr.contains("secret") && !outcome.stdout.contains("secret"),
            "{}",
            outcome.stderr
        );
    }
}

#[test]
fn a_query_is_for_servers_alone() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", SMALL);
    let arguments = ["data", "check", "--data", "rows.csv", "--query", "SELECT 1"];
    workspace
        .run(&arguments)
        .failed(1, &["`rows.csv` takes no query", "`postgres://`"]);
}

#[test]
fn a_file_is_not_packed_or_unpacked_onto_itself() {
    let workspace = Workspace::new();
    write_sqlite(&workspace.path("data.sqlite"), &few_rows());
    let before = workspace.read("data.sqlite");
    for command in ["pack", "unpack"] {
        let onto_itself = ["data", command, "data.sqlite", "./data.sqlite"];
        workspace
            .run(&onto_itself)
            .failed(2, &["is read by this command"]);
    }
    assert_eq!(workspace.read("data.sqlite"), before);
}
