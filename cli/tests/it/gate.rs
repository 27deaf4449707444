//! The gate's comparison of a new model with the one in production.

use relevance_data::Label;

use crate::support::{LOW_GATE, Workspace, csv, rows};

/// A workspace with a good model of all rows in production.
fn with_good_model() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&rows()));
    workspace.train(&["--promote"]);
    workspace
}

/// Every fourth label turned round: a model that passes low floors and is worse.
fn turned() -> Vec<u8> {
    let mut rows = rows();
    for row in rows.iter_mut().step_by(4) {
        row.label = match row.label {
            Label::Relevant => Label::NotRelevant,
            Label::NotRelevant => Label::Relevant,
            Label::CantDecide => Label::CantDecide,
        };
    }

    csv(&rows)
}

#[test]
fn a_model_worse_than_production_is_refused_by_rule_and_size_and_changes_nothing() {
    let workspace = with_good_model();
    let before = workspace.files("models");
    workspace.write("turned.csv", turned());
    let train = [
        &["train", "--data", "turned.csv", "--promote"],
        &LOW_GATE[..],
    ]
    .concat();
    let refused = workspace.run(&train).failed(
        3,
        &[
            "the ROC-AUC of the production model is 0.",
            "`gate.max_drop` is 0.02",
            "predictions became wrong and",
        ],
    );
    assert!(
        refused.stderr.contains("predictions: ") && refused.stderr.contains("became wrong, 0."),
        "{}",
        refused.stderr
    );
    assert_eq!(workspace.files("models"), before);

    let lenient = [&train[..], &["--max-drop", "1", "--significance", "0"]].concat();
    workspace.run(&lenient).succeeded();
}

#[test]
fn rows_that_the_new_model_was_trained_on_do_not_count() {
    let workspace = with_good_model();
    let frozen = workspace
        .run(&["models", "show", "production"])
        .succeeded()
        .json();
    let test = frozen.pointer("/metrics/test").unwrap();
    let texts = test["relevant"].as_u64().unwrap() + test["not_relevant"].as_u64().unwrap();
    // Another seed deals most of the frozen rows to its training side.
    let stderr = workspace
        .train(&["--seed", "7", "--max-drop", "1", "--significance", "0"])
        .stderr;
    let (_, compared) = stderr.split_once("predictions: ").expect(&stderr);
    let compared: u64 = compared.split(' ').nth(2).unwrap().parse().unwrap();

    assert!(
        0 < compared && compared < texts / 2,
        "{compared} of {texts} rows were compared"
    );
}

#[test]
fn a_perfect_model_passes_although_one_word_is_perfect_too() {
    let workspace = Workspace::new();
    let rows = (0..400).map(|row| match row % 2 {
        0 => format!("flood number {row},1\n"),
        _ => format!("quiet number {row},0\n"),
    });
    workspace.write(
        "rows.csv",
        "text,class_label\n".to_owned() + &rows.collect::<String>(),
    );
    let trained = workspace.run(&["train", "--data", "rows.csv"]).succeeded();
    assert!(trained.stderr.contains("ROC-AUC 1.0000"), "{trained:?}");
}

#[test]
fn a_file_that_is_too_long_is_refused() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&rows()));
    let train = ["train", "--data", "rows.csv", "--max-model-bytes", "100000"];
    workspace.run(&train).failed(
        3,
        &[
            "`gate.max_model_bytes` is 100000, and the model file has",
            "lower `features.max_features`",
        ],
    );

    assert!(!workspace.path("models").exists());
}

#[test]
fn sentences_that_must_pass_are_held_to_their_labels() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&rows()));
    workspace.write(
        "good.csv",
        "text,choose_one\nthe bridge collapsed in the flood,Relevant\n",
    );
    workspace.write(
        "bad.csv",
        "text,choose_one\nthe bridge collapsed in the flood,Not Relevant\n",
    );
    let train = |file: &str| workspace.run(&["train", "--data", "rows.csv", "--must-pass", file]);
    train("bad.csv").failed(
        3,
        &[
            "the check \u{201C}must pass\u{201D} failed for 1 of 1 texts",
            "collapsed in the flood",
        ],
    );
    train("good.csv").succeeded();
    train("none.csv").failed(1, &["`--must-pass`", "cannot open `none.csv`"]);
}

#[cfg(unix)]
#[test]
fn sentences_that_must_pass_may_come_from_a_pipe() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&rows()));
    let made = std::process::Command::new("mkfifo")
        .arg(workspace.path("pipe"))
        .status()
        .unwrap();
    assert!(made.success());

    let sentences = "text,choose_one\nthe bridge collapsed in the flood,Not Relevant\n";
    let outcome = std::thread::scope(|scope| {
        scope.spawn(|| std::fs::write(workspace.path("pipe"), sentences).unwrap());
        workspace.run(&["train", "--data", "rows.csv", "--must-pass", "pipe"])
    });
    outcome.failed(3, &["failed for 1 of 1 texts"]);
}
