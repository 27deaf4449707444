//! `--examples 0`: no text of the data in the output.

use relevance_data::Label;

use crate::support::{LOW_GATE, Outcome, Workspace, csv, few_rows};
use crate::versions::models;

/// A model in production, and `flipped.csv`, on which a model differs in many predictions.
fn with_other_data() -> Workspace {
    let workspace = Workspace::with_model();
    let mut rows = few_rows();
    for row in rows.iter_mut().step_by(9) {
        row.label = match row.label {
            Label::Relevant => Label::NotRelevant,
            Label::NotRelevant | Label::CantDecide => Label::Relevant,
        };
    }
    workspace.write("flipped.csv", csv(&rows));
    workspace
}

/// The sentences of the data that occur in the output, whole or as Rust's `{:?}` prints them.
fn texts_in(outcome: &Outcome) -> Vec<String> {
    let output = format!("{}\n{}", outcome.stdout, outcome.stderr);
    let sentences = few_rows().into_iter().map(|row| row.text);
    sentences
        .filter(|text| text.split_whitespace().count() > 4)
        .filter(|text| {
            let escaped = format!("{text:?}");
            output.contains(text.as_str()) || output.contains(escaped.trim_matches('"'))
        })
        .collect()
}

fn train(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    let train = ["train", "--data", "flipped.csv", "--max-drop", "1"];
    workspace.run(&[&train[..], &LOW_GATE, &["--significance", "0"], arguments].concat())
}

#[test]
fn changed_predictions_of_a_training_run_are_counted_without_texts() {
    let workspace = with_other_data();
    let shown = train(&workspace, &[]).succeeded();
    assert_eq!(texts_in(&shown).len(), 10, "{shown:?}");
    assert_eq!(texts_in(&train(&workspace, &["--examples", "2"])).len(), 2);

    let hidden = train(&workspace, &["--examples", "0", "--json"]).succeeded();
    assert!(hidden.stderr.contains("predictions: "), "{hidden:?}");
    assert_eq!(texts_in(&hidden), [""; 0]);
}

#[test]
fn the_difference_of_two_versions_is_shown_without_texts() {
    let workspace = with_other_data();
    train(&workspace, &[]).succeeded();
    let diff = ["diff", "production", "candidate"];
    assert!(!texts_in(&models(&workspace, &diff).succeeded()).is_empty());

    for flags in [&["--examples", "0"][..], &["--examples", "0", "--json"]] {
        let hidden = models(&workspace, &[&diff, flags].concat()).succeeded();
        assert!(hidden.stdout.contains("predictions"), "{hidden:?}");
        assert_eq!(texts_in(&hidden), [""; 0]);
    }

    let arguments = [&["models"], &diff[..]].concat();
    let mut command = workspace.command(&arguments);
    let hidden = Outcome::of(command.env("RELEVANCE_EXAMPLES", "0")).succeeded();
    assert_eq!(texts_in(&hidden), [""; 0]);
}

#[test]
fn a_check_of_confused_columns_shows_no_texts() {
    let workspace = Workspace::new();
    let rows = (0..40).map(|number| format!("secret {number},Relevant\n"));
    let rows: String = rows.collect();
    workspace.write("rows.csv", format!("text,choose_one\n{rows}"));
    let check = ["data", "check", "--data", "rows.csv", "--label-column"];
    let check = [&check[..], &["text"]].concat();
    let shown = workspace.run(&check);
    assert!(shown.stdout.contains("secret 1"), "{shown:?}");
    assert!(shown.stderr.contains("secret 1"), "{shown:?}");

    let mut variable = workspace.command(&check);
    variable.env("RELEVANCE_EXAMPLES", "0");
    let flag = workspace.command(&[&check[..], &["--examples", "0"]].concat());
    let json = workspace.command(&[&check[..], &["--examples", "0", "--json"]].concat());
    for mut command in [variable, flag, json] {
        let hidden = Outcome::of(&mut command).failed(1, &["cannot be trained on", "not shown"]);
        let is_shown = [&hidden.stdout, &hidden.stderr].map(|output| output.contains("secret"));
        assert_eq!(is_shown, [false; 2], "{hidden:?}");
    }
}

#[test]
fn the_sentence_of_a_failed_check_is_hidden() {
    let workspace = with_other_data();
    let sentence = few_rows().swap_remove(0);
    let wrong = match sentence.label {
        Label::Relevant => "Not Relevant",
        _ => "Relevant",
    };
    workspace.write(
        "must.csv",
        format!("text,choose_one\n{:?},{wrong}\n", sentence.text),
    );
    workspace.write("rows.csv", csv(&few_rows()));

    let train = ["train", "--data", "rows.csv", "--must-pass", "must.csv"];
    let train = [&train[..], &LOW_GATE].concat();
    let shown = workspace
        .run(&train)
        .failed(3, &["failed for 1 of 1 texts"]);
    assert_eq!(texts_in(&shown), [sentence.text]);

    let hidden = workspace
        .run(&[&train[..], &["--examples", "0"]].concat())
        .failed(3, &["failed for 1 of 1 texts", "a text that is not shown"]);
    assert_eq!(texts_in(&hidden), [""; 0]);
}

#[test]
fn a_sentence_in_the_column_of_labels_is_hidden() {
    let workspace = with_other_data();
    let confused = ["--label-column", "text"];
    let shown = train(&workspace, &confused).failed(1, &["different values, as `"]);
    assert!(!shown.stderr.contains("not shown"), "{shown:?}");

    let hidden = train(&workspace, &[&confused[..], &["--examples", "0"]].concat())
        .failed(1, &["different values, as 1 that are not shown"]);
    assert_eq!(texts_in(&hidden), [""; 0]);
}

#[test]
fn texts_in_a_column_of_times_subsets_or_weights_are_hidden() {
    let workspace = with_other_data();
    workspace.write("no-header.csv", "my secret diary,1\nanother secret,0\n");
    let start: String = few_rows()[0].text.chars().take(12).collect();
    let split = |by| vec!["--split-by", by, "--split-column", "text"];
    for (confused, message, text) in [
        (split("time"), "has `…` in column `text`", &*start),
        (split("subset"), "has `…` in column `text`", &start),
        (vec!["--weight-column", "text"], "the weight `…`", &start),
        (
            vec!["--data", "no-header.csv"],
            "whose names are not shown",
            "secret",
        ),
    ] {
        let shown = train(&workspace, &confused);
        assert!(shown.stderr.contains(text), "{shown:?}");

        let hidden = train(&workspace, &[&confused[..], &["--examples", "0"]].concat());
        assert!(hidden.stderr.contains(message), "{hidden:?}");
        assert!(!hidden.stderr.contains(text), "{hidden:?}");
    }
}

#[test]
fn a_first_row_that_is_read_as_a_header_is_hidden() {
    let workspace = Workspace::with_model();
    workspace.write("no-header.csv", "my secret diary,1\nanother secret,0\n");
    workspace.write("double.csv", "secret,secret,text\nfire,flood,calm\n");
    workspace.write(
        "double.jsonl",
        "{\"text\": \"a\", \"secret\": 1, \"secret\": 2}\n",
    );
    workspace.write("torn.jsonl", "{\"text\": secret}\n");

    let predict = |input, format| {
        let predict = ["predict", "--text-column", "text", "-i", input, "-f"];
        [&predict[..], &[format]].concat()
    };
    for (command, code, is_named) in [
        (predict("no-header.csv", "csv"), 2, true),
        (predict("double.csv", "jsonl"), 2, true),
        (predict("double.jsonl", "jsonl"), 1, true),
        (predict("torn.jsonl", "jsonl"), 1, false),
        (vec!["verify", "--data", "no-header.csv"], 1, true),
    ] {
        let shown = workspace.run(&command).failed(code, &[]);
        assert_eq!(shown.stderr.contains("secret"), is_named, "{shown:?}");

        let hidden = [&command[..], &["--examples", "0"]].concat();
        let hidden = workspace.run(&hidden).failed(code, &["`"]);
        let is_shown = [&hidden.stdout, &hidden.stderr].map(|output| output.contains("secret"));
        assert_eq!(is_shown, [false; 2], "{hidden:?}");
    }
}
