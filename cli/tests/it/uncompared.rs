//! A new model and a production model that have few or no rows in common that neither was trained on.

use relevance_data::Label;
use serde_json::{Value, json};

use crate::support::{Example, LOW_GATE, Outcome, Workspace, csv, few_rows, rows};
use crate::versions::models;

/// Flags that accept every outcome of a comparison.
const LENIENT: [&str; 6] = [
    "--max-drop",
    "1",
    "--significance",
    "0",
    "--max-slowdown",
    "1000",
];

/// A workspace whose store `public` has a public copy of a model in production.
fn with_public_copy() -> Workspace {
    let workspace = Workspace::with_model();
    let copy = ["copy", "1", "--to", "public", "--public", "--promote"];
    models(&workspace, &copy).succeeded();
    workspace
}

fn train(workspace: &Workspace, data: &str, store: &str, flags: &[&str]) -> Outcome {
    let train = ["train", "--json", "--data", data, "--store", store];
    workspace.run(&[&train, &LOW_GATE[..], &LENIENT, flags].concat())
}

fn comparison(outcome: &Outcome) -> Value {
    outcome.json()["comparison"].take()
}

/// Rows with a day each, the days in the order of the rows.
fn dated(rows: &[Example]) -> String {
    let rows = rows.iter().enumerate();
    rows.fold("text,class_label,day\n".to_owned(), |csv, (day, row)| {
        let text = row.text.replace('"', "\"\"");
        csv + &format!("\"{text}\",{},{day}\n", row.label.number())
    })
}

#[test]
fn a_model_without_rows_to_compare_on_is_refused_unless_that_is_allowed() {
    let workspace = with_public_copy();
    let other: Vec<Example> = rows().into_iter().skip(1).step_by(5).collect();
    workspace.write("other.csv", csv(&other));
    let before = workspace.files("public");
    train(&workspace, "other.csv", "public", &[]).failed(
        3,
        &[
            "cannot be compared with version 1, which is in production: the store does not have its frozen test rows, and",
            "no record of the texts that it was trained on",
            "`--allow-uncompared`",
        ],
    );
    assert_eq!(workspace.files("public"), before);

    let trained = train(&workspace, "other.csv", "public", &["--allow-uncompared"]).succeeded();
    let warning = "warning: not compared with version 1, which is in production: the store";
    assert!(trained.stderr.contains(warning), "{trained:?}");
    let recorded = comparison(&trained);
    assert_eq!(
        (&recorded["version"], &recorded["rows"]),
        (&json!(1), &json!(0))
    );

    let report = String::from_utf8(workspace.read("public/relevance/2/report.html")).unwrap();
    assert!(report.contains("Not compared with the production model: "));
    let manifest: Value =
        serde_json::from_slice(&workspace.read("public/relevance/2/manifest.json")).unwrap();
    assert_eq!(manifest["training"]["comparison"], recorded);
}

#[test]
fn the_permission_comes_from_a_file_or_the_environment_and_does_not_change_the_model() {
    let workspace = with_public_copy();
    let other: Vec<Example> = rows().into_iter().skip(1).step_by(5).collect();
    workspace.write("other.csv", csv(&other));
    workspace.write("settings.toml", "[gate]\nallow_uncompared = true\n");
    let by_file = train(
        &workspace,
        "other.csv",
        "public",
        &["--config", "settings.toml"],
    );
    assert_eq!(by_file.succeeded().json()["version"], 2);

    let arguments = [
        "train",
        "--json",
        "--data",
        "other.csv",
        "--store",
        "public",
    ];
    let mut command = workspace.command(&[&arguments, &LOW_GATE[..], &LENIENT].concat());
    command.env("RELEVANCE_ALLOW_UNCOMPARED", "true");
    let by_environment = Outcome::of(&mut command).succeeded().json();
    assert_eq!(by_environment["is_new"], false);
}

#[test]
fn a_public_copy_is_compared_on_rows_that_it_was_not_trained_on() {
    let workspace = with_public_copy();
    let trained = train(&workspace, "rows.csv", "public", &["--seed", "7"]).succeeded();
    let report = &trained.json()["report"]["test"];
    let tested = report["relevant"].as_u64().unwrap() + report["not_relevant"].as_u64().unwrap();
    let compared = comparison(&trained);
    assert_eq!(compared["frozen_rows"], 0);
    let compared = compared["rows"].as_u64().unwrap();
    assert!(
        0 < compared && compared < tested / 2,
        "{compared} of {tested}"
    );
    assert!(
        trained
            .stderr
            .contains("test rows that it was not trained on")
    );

    // The same rows as of the whole version, which has its frozen ones.
    let whole = train(&workspace, "rows.csv", "models", &["--seed", "7"]).succeeded();
    assert_eq!(comparison(&whole)["rows"], compared);
}

#[test]
fn frozen_rows_that_are_gone_are_replaced_by_rows_that_production_did_not_see() {
    let workspace = Workspace::with_model();
    std::fs::remove_dir_all(workspace.path("models/relevance/test-rows")).unwrap();
    let more: Vec<Example> = rows().into_iter().step_by(4).collect();
    workspace.write("more.csv", csv(&more));
    let trained = train(&workspace, "more.csv", "models", &[]).succeeded();
    let compared = comparison(&trained);
    assert_eq!(compared["frozen_rows"], 0);
    assert!(compared["rows"].as_u64().unwrap() > 100, "{compared}");
}

#[test]
fn a_split_by_time_compares_on_rows_newer_than_both_models() {
    let workspace = Workspace::new();
    let all = few_rows();
    let january = &all[..all.len() * 2 / 3];
    workspace.write("january.csv", dated(january));
    let train = |data: &str, flags: &[&str]| {
        let train = ["train", "--json", "--data", data, "--promote"];
        let split = ["--split-by", "time", "--split-column", "day"];
        let gate = ["--min-precision", "0", "--min-recall", "0"];
        workspace.run(&[&train[..], &split, &gate, flags].concat())
    };
    train("january.csv", &[]).succeeded();

    workspace.write("february.csv", dated(&all));
    let grown = train("february.csv", &LENIENT).succeeded();
    let compared = comparison(&grown);
    assert!(compared["rows"].as_u64().unwrap() > 50, "{compared}");
    models(&workspace, &["rollback"]).succeeded();

    // Wrong labels in the oldest rows and not in the newest: a worse model, which is seen.
    let mut worse = all;
    let oldest = worse.len() * 7 / 10;
    for row in worse[..oldest].iter_mut().step_by(3) {
        row.label = match row.label {
            Label::Relevant => Label::NotRelevant,
            Label::NotRelevant => Label::Relevant,
            Label::CantDecide => Label::CantDecide,
        };
    }
    workspace.write("worse.csv", dated(&worse));
    train("worse.csv", &[]).failed(3, &["of the production model is"]);
}

#[test]
fn a_production_model_whose_file_is_lost_can_be_replaced() {
    let workspace = Workspace::with_model();
    let other: Vec<Example> = rows().into_iter().skip(1).step_by(5).collect();
    workspace.write("other.csv", csv(&other));
    std::fs::remove_file(workspace.path("models/relevance/1/model.onnx")).unwrap();

    models(&workspace, &["check"]).failed(1, &["`relevance train --allow-uncompared --promote`"]);
    let refused = train(&workspace, "other.csv", "models", &[]).failed(3, &["missing or altered"]);
    assert!(!refused.stderr.contains("train  "), "{refused:?}");

    let flags = ["--allow-uncompared", "--promote"];
    let outcome = train(&workspace, "other.csv", "models", &flags).succeeded();
    assert_eq!(
        comparison(&outcome)["uncompared"],
        "its file `model.onnx` is missing or altered"
    );
    workspace.run(&["predict", "flood"]).succeeded();
}
