//! Findings of a check.

use relevance_data::check::{Report, check, check_location, check_locations};
use relevance_data::{Label, LabelSettings, SourceSettings, open};

use crate::support::{sqlite, write};
use serde_json::json;

const ROWS: &str = "text,choose_one,class_label\n\
    fire,Relevant,1\n\
    fire,Not Relevant,0\n\
    calm,Not Relevant,1\n\
    calm,Not Relevant,0\n\
    ,Can't Decide,2\n\
    \" \",maybe,2\n\
    fire,Relevant,1\n\
    größer,relevant,1\n";

fn report(name: &str, content: &str) -> Report {
    let (_directory, path) = write(name, content);
    check_location(
        path.to_str().unwrap(),
        &SourceSettings::default(),
        &LabelSettings::default(),
    )
    .unwrap()
}

#[test]
fn a_file_without_an_ending_is_checked_too() {
    let report = report("rows", "text,choose_one\nfire,Relevant\n");
    assert_eq!((report.rows, report.disagreements.is_none()), (1, true));
}

#[test]
fn every_kind_of_finding_is_counted_with_its_rows() {
    let report = report("a.csv", ROWS);
    assert_eq!(report.rows, 8);
    assert_eq!(
        (
            report.labels.not_relevant,
            report.labels.relevant,
            report.labels.cant_decide
        ),
        (3, 3, 1)
    );

    let unknown = report.unknown_labels.as_ref().unwrap();
    assert!(
        unknown.starts_with("unknown labels `maybe` (1), the first in line 7; accepted are"),
        "{unknown}"
    );
    assert_eq!(report.empty_texts.first, [5, 6]);
    assert_eq!(report.distinct_texts, 5);
    assert_eq!(report.duplicates.first, [2, 4, 7]);
    assert_eq!(report.conflicts.total, 1);

    let conflict: Vec<_> = report.conflicts.first[0]
        .rows
        .iter()
        .map(|row| (row.row, row.label))
        .collect();
    assert_eq!(conflict, [(1, Label::Relevant), (2, Label::NotRelevant)]);

    let lengths = report.lengths.unwrap();
    assert_eq!(
        (lengths.min, lengths.median, lengths.p95, lengths.max),
        (0, 4, 6, 6)
    );
    assert!((lengths.mean - 27.0 / 8.0).abs() < 1e-12);
    assert_eq!(report.disagreements.as_ref().unwrap().first, [3, 6]);
    assert!(!report.is_trainable());
}

#[test]
fn report_has_a_text_form() {
    let report = report("a.csv", ROWS);
    let lines: Vec<_> = report
        .to_string()
        .lines()
        .skip(1)
        .map(str::to_owned)
        .collect();

    assert_eq!(
        lines,
        [
            "rows: 8",
            "  Not Relevant: 3",
            "  Relevant: 3",
            "  Can't Decide: 1",
            "  without a label: 0",
            "label values: 5",
            "  `Not Relevant`: 3 → Not Relevant",
            "  `Relevant`: 2 → Relevant",
            "  `Can't Decide`: 1 → Can't Decide",
            "  `maybe`: 1",
            "  `relevant`: 1 → Relevant",
            "different texts: 5",
            "  without case, links, handles, punctuation, whitespace: 5",
            "rows that repeat a text: 3 (row 2, 4, 7)",
            "texts with more than one label: 1 (row 1 Relevant / 2 Not Relevant)",
            "empty texts: 2 (row 5, 6)",
            "rows where choose_one and class_label disagree: 2 (row 3, 6)",
            "characters a text: min 0, mean 3.4, median 4, 95 % up to 6, max 6",
        ]
    );
}

#[test]
fn report_is_written_as_json() {
    let json = serde_json::to_value(report("a.csv", ROWS)).unwrap();
    assert_eq!(json["labels"]["relevant"], 3);
    assert_eq!(
        json["label_values"][3],
        json!({ "value": "maybe", "rows": 1, "label": null })
    );
    assert_eq!(
        json["conflicts"]["first"][0]["rows"][1]["label"],
        "Not Relevant"
    );
}

#[test]
fn rows_of_several_files_are_named_with_their_file() {
    let directory = tempfile::tempdir().unwrap();
    let paths = ["a.csv", "b.csv"].map(|name| directory.path().join(name));
    std::fs::write(&paths[0], "text,label\nfire,1\ncalm,0\n").unwrap();
    std::fs::write(&paths[1], "text,label\n,1\nfire,0\n").unwrap();
    let report = check_locations(
        &paths,
        &SourceSettings::default(),
        &LabelSettings::default(),
    )
    .unwrap();

    let [a, b] = paths.map(|path| path.display().to_string());
    let text = report.to_string();
    for line in [
        format!("rows that repeat a text: 1 (row 2 of `{b}`)"),
        format!(
            "texts with more than one label: 1 (row 1 of `{a}` Relevant / 2 of `{b}` Not Relevant)"
        ),
        format!("empty texts: 1 (row 1 of `{b}`)"),
    ] {
        assert!(text.lines().any(|each| each == line), "{line}: {text}");
    }

    assert_eq!(report.empty_texts.first, [3]);
    let files = serde_json::to_value(&report).unwrap()["files"].take();
    assert_eq!(
        files,
        json!([
            { "file": a, "first_row": 1, "rows": 2 },
            { "file": b, "first_row": 3, "rows": 2 },
        ])
    );
}

#[test]
fn lists_stop_at_twenty_and_count_the_rest() {
    let report = report(
        "a.csv",
        &format!("text,class_label\n{}", "same,1\n".repeat(30)),
    );
    assert_eq!(
        (report.duplicates.total, report.duplicates.first.len()),
        (29, 20)
    );
    assert!(
        report.to_string().contains("20, 21 and 9 more)"),
        "{report}"
    );
}

#[test]
fn source_with_one_label_column_has_nothing_to_compare() {
    assert_eq!(
        report("a.csv", "text,class_label\na,1\n").disagreements,
        None
    );

    let (_directory, database) =
        sqlite("CREATE TABLE data (text, choose_one); INSERT INTO data VALUES ('a', 1)");
    let location = database.to_str().unwrap();
    assert_eq!(
        check_location(
            location,
            &SourceSettings::default(),
            &LabelSettings::default()
        )
        .unwrap()
        .disagreements,
        None
    );
}

#[test]
fn source_without_rows_is_a_finding() {
    let report = report("a.jsonl", "\n");
    assert_eq!((report.rows, report.lengths), (0, None));
    assert!(!report.is_trainable());
    assert!(report.to_string().ends_with("characters a text: no texts"));
}

#[test]
fn source_that_cannot_be_read_is_an_error() {
    let (_directory, path) = write("a.csv", "text\nfire\n");
    let source = open(path.to_str().unwrap(), &SourceSettings::default()).unwrap();
    assert!(check(source.as_ref(), &LabelSettings::default()).is_err());
}
