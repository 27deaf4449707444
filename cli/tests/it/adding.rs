//! `relevance models add`.

use serde_json::Value;

use crate::support::{Outcome, Workspace};

/// Adds version 1 of `models` with the report of a version to the store `other`.
fn add(workspace: &Workspace, report: u64, flags: &[&str]) -> Outcome {
    let metrics = format!("models/relevance/{report}/metrics.json");
    let arguments = ["models", "add", "models/relevance/1", "--metrics", &metrics];
    workspace.run(&[&arguments[..], &["--store", "other"], flags].concat())
}

#[test]
fn a_model_file_becomes_a_version_that_every_command_reads() {
    let workspace = Workspace::with_model();
    let outcome = add(&workspace, 1, &[]).succeeded();
    assert_eq!(outcome.stdout, "relevance version 1 in `other`\n");
    let aliases: Value =
        serde_json::from_slice(&workspace.read("other/relevance/aliases.json")).unwrap();
    assert_eq!(aliases, serde_json::json!({ "candidate": "1" }));

    for name in ["model.onnx", "metrics.json", "card.md"] {
        let (added, trained) = (
            workspace.read(&format!("other/relevance/1/{name}")),
            workspace.read(&format!("models/relevance/1/{name}")),
        );
        assert!(added == trained, "{name}");
    }
    let outcome = add(&workspace, 1, &["--promote", "--json"]).succeeded();
    let output = outcome.json();
    assert_eq!(
        (&output["version"], &output["is_new"]),
        (&1.into(), &false.into())
    );
    assert_eq!(output["promotion"]["production"], 1);

    for command in [
        &["models", "list"][..],
        &["models", "show", "production"],
        &["models", "check"],
        &["verify"],
        &["predict", "flood"],
    ] {
        workspace
            .run(&[command, &["--store", "other"]].concat())
            .succeeded();
    }
}

#[test]
fn a_report_of_another_training_is_refused() {
    let workspace = Workspace::with_model();
    workspace.train(&[
        "--alpha",
        "2",
        "--max-drop",
        "1",
        "--significance",
        "0",
        "--max-slowdown",
        "1000",
    ]);
    add(&workspace, 2, &[]).failed(
        1,
        &[
            "is the report of the training",
            "give the report of the same run",
        ],
    );
    assert!(!workspace.path("other").exists());
}

#[test]
fn files_that_are_no_model_and_no_report_are_named() {
    let workspace = Workspace::with_model();
    workspace.write("text.onnx", "no model");
    workspace
        .run(&["models", "add", "text.onnx", "--metrics", "rows.csv"])
        .failed(1, &["`text.onnx` is not a model that can be served"]);
    workspace
        .run(&[
            "models",
            "add",
            "models/relevance/1",
            "--metrics",
            "rows.csv",
        ])
        .failed(1, &["`rows.csv` is not a report of a training"]);
}
