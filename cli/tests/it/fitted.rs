//! `relevance train --fitted`: a pipeline that another program fitted, to a version in the store.

use relevance_data::{Dataset, LabelSettings, SourceSettings, Split};
use relevance_train::{Settings, split};
use serde_json::{Value, json};

use crate::support::{LOW_GATE, Outcome, Workspace};

/// Flags of a run on `sample.csv`, whose column `subset` has the subset of each row.
const FITTED: [&str; 9] = [
    "train",
    "--fitted",
    "fitted.json",
    "--data",
    "sample.csv",
    "--split-by",
    "subset",
    "--split-column",
    "subset",
];

/// A workspace with the report of a run whose pipeline is in `fitted.json`, as another program would write it, and its
/// rows with their subsets in `sample.csv`. The run did not calibrate.
fn with_fitted_pipeline() -> (Workspace, Value) {
    let workspace = Workspace::with_model();
    let outcome = workspace.train(&[
        "--pipeline",
        "pipeline.json",
        "--calibrate",
        "false",
        "--name",
        "here",
        "--json",
    ]);

    let mut pipeline: Value = serde_json::from_slice(&workspace.read("pipeline.json")).unwrap();
    pipeline["metadata"] = json!({ "fitted_by": "a test" });
    pipeline["threshold"] = 0.5.into();
    workspace.write("fitted.json", pipeline.to_string());
    workspace.write("sample.csv", sample(&workspace));
    (workspace, outcome.json())
}

/// The decided rows of `rows.csv` with their subsets.
fn sample(workspace: &Workspace) -> Vec<u8> {
    let path = workspace.path("rows.csv");
    let source = relevance_data::open(path, &SourceSettings::default()).unwrap();
    let dataset = Dataset::read(source.as_ref(), &LabelSettings::default()).unwrap();
    let Split {
        train,
        validation,
        test,
        ..
    } = split(&dataset, &Settings::default()).unwrap();

    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["text", "label", "subset"]).unwrap();
    for (subset, rows) in [("train", train), ("validation", validation), ("test", test)] {
        for row in rows {
            let label = if dataset.is_relevant(row) { "1" } else { "0" };
            writer
                .write_record([dataset.text(row), label, subset])
                .unwrap();
        }
    }
    writer.into_inner().unwrap()
}

fn run(workspace: &Workspace, more: &[&str]) -> Outcome {
    workspace.run(&[&FITTED[..], &LOW_GATE, more].concat())
}

#[test]
fn it_is_measured_as_if_the_run_had_fitted_it_and_says_where_it_was_fitted() {
    let (workspace, here) = with_fitted_pipeline();
    let elsewhere = ["--calibrate", "false", "--name", "elsewhere", "--json"];
    let outcome = run(&workspace, &elsewhere).succeeded();
    let elsewhere = outcome.json();

    for field in [
        "threshold",
        "validation_metrics",
        "test_metrics",
        "train",
        "test",
    ] {
        assert_eq!(elsewhere["report"][field], here["report"][field], "{field}");
    }
    let origin = &elsewhere["report"]["fitted_elsewhere"];
    assert_eq!(origin["fitted_by"], "a test");
    assert_ne!(
        elsewhere["report"]["fingerprint"],
        here["report"]["fingerprint"]
    );
    assert!(
        outcome.stderr.contains("fitted by a test"),
        "{}",
        outcome.stderr
    );

    let manifest = workspace.read("models/elsewhere/1/manifest.json");
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(&manifest["training"]["fitted_elsewhere"], origin);
    let page = String::from_utf8(workspace.read("models/elsewhere/1/report.html")).unwrap();
    assert!(page.contains("by a test, SHA-256 of the pipeline"));
    let has_record = |name| manifest["files"].get(name).is_some();
    assert!(has_record("model.onnx") && !has_record("trained-texts.bin"));

    workspace.run(&["models", "check"]).succeeded();
    workspace
        .run(&["verify", "--name", "elsewhere", "--model-version", "1"])
        .succeeded();
}

#[test]
fn it_is_compared_with_production_on_rows_that_neither_was_trained_on() {
    let (workspace, _) = with_fitted_pipeline();
    let comparison = run(&workspace, &["--max-slowdown", "1000", "--json"])
        .succeeded()
        .json();
    let comparison = &comparison["comparison"];
    assert_eq!(comparison["version"], 1);
    assert_eq!(
        comparison["frozen_rows"], 0,
        "it may have been fitted on them"
    );
    assert!(comparison["rows"].as_u64() > Some(100), "{comparison}");
}

#[test]
fn settings_of_a_fit_are_refused_before_the_rows_are_read() {
    let (workspace, _) = with_fitted_pipeline();
    workspace.write("sample.csv", "no table");
    for (flags, name) in [
        (["--max-features", "7"], "features"),
        (["--alpha", "2"], "solver"),
        (["--folds", "5"], "cross_validation"),
    ] {
        let part = format!("the settings of `{name}` have no effect on a pipeline");
        run(&workspace, &flags).failed(2, &[&part, "leave them out"]);
    }
}

#[test]
fn a_pipeline_with_other_labels_is_refused() {
    let (workspace, _) = with_fitted_pipeline();
    let mut pipeline: Value = serde_json::from_slice(&workspace.read("fitted.json")).unwrap();
    pipeline["labels"] = json!({ "relevant": "ham", "not_relevant": "spam" });
    workspace.write("fitted.json", pipeline.to_string());

    run(&workspace, &[]).failed(
        1,
        &["the pipeline's labels are `ham` and `spam`, those of the examples `Relevant` and"],
    );
}

#[test]
fn a_file_that_is_no_pipeline_is_named() {
    let (workspace, _) = with_fitted_pipeline();
    workspace.write("fitted.json", r#"{"vocabulary": []}"#);
    run(&workspace, &[]).failed(1, &["`fitted.json` is not a pipeline"]);
}

#[test]
fn rows_in_another_subset_than_the_column_says_are_counted() {
    let (workspace, _) = with_fitted_pipeline();
    let mut sample = String::from_utf8(workspace.read("sample.csv")).unwrap();
    sample.push_str("A flood of words,1,train\na FLOOD of words!,1,test\n");
    workspace.write("sample.csv", sample);

    let outcome = run(&workspace, &["--name", "moved", "--json"]).succeeded();
    assert_eq!(outcome.json()["report"]["moved_rows"], 1);
    assert!(
        outcome
            .stderr
            .contains("column `subset` names, because an equal text is there, is 1"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn export_refuses_a_pipeline_that_no_service_could_read() {
    let (workspace, _) = with_fitted_pipeline();
    let export = ["export", "--pipeline", "fitted.json", "-o", "model.onnx"];
    workspace.run(&export).failed(
        1,
        &[
            "`fitted.json` makes no model file that `relevance serve` can read",
            "no usable entry `name`",
            "relevance train --fitted fitted.json",
        ],
    );
    assert!(!workspace.path("model.onnx").exists());
}
