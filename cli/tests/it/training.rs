//! Runs of the training pipeline, as they follow each other in the life of a service.

use std::collections::BTreeMap;

use relevance_data::Label;
use serde_json::Value;

use crate::support::{
    Example, LOW_GATE, Outcome, Workspace, csv, few_rows, json_lines, rows, write_sqlite,
};

/// The files of a version that data and settings determine.
const DETERMINED: [&str; 6] = [
    "model.onnx",
    "metrics.json",
    "profile.json",
    "report.html",
    "card.md",
    "card.html",
];

fn aliases(workspace: &Workspace) -> BTreeMap<String, String> {
    serde_json::from_slice(&workspace.read("models/relevance/aliases.json")).unwrap()
}

fn pairs(aliases: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    aliases
        .iter()
        .map(|(alias, version)| (alias.as_str(), version.as_str()))
        .collect()
}

/// The rows with their labels dealt out anew, by a permutation that has nothing to do with the texts.
fn poisoned(mut rows: Vec<Example>) -> Vec<Example> {
    let labels: Vec<Label> = rows.iter().map(|row| row.label).collect();
    for (index, row) in rows.iter_mut().enumerate() {
        row.label = labels[(index * 7 + labels.len() / 2) % labels.len()];
    }
    rows
}

#[test]
fn new_rows_become_a_candidate_that_is_promoted_and_rolled_back() {
    let workspace = Workspace::new();
    let rows = rows();
    workspace.write("archive.csv", csv(&rows[..rows.len() / 3 * 2]));
    let train = ["train", "--data", "archive.csv", "--min-precision", "0.6"];
    workspace
        .run(&[&train[..], &["--promote"]].concat())
        .succeeded();
    assert_eq!(
        pairs(&aliases(&workspace)),
        [("candidate", "1"), ("production", "1")]
    );
    let first = workspace.files("models/relevance/1");

    workspace.write("archive.csv", csv(&rows));
    let outcome = workspace
        .run(&[&train[..], &["--json"]].concat())
        .succeeded()
        .json();
    assert_eq!(
        (&outcome["version"], &outcome["is_new"]),
        (&2.into(), &true.into())
    );
    assert_eq!(
        pairs(&aliases(&workspace)),
        [("candidate", "2"), ("production", "1")]
    );

    workspace
        .run(&["models", "promote", "candidate"])
        .succeeded();
    assert_eq!(
        pairs(&aliases(&workspace)),
        [("candidate", "2"), ("previous", "1"), ("production", "2")]
    );

    workspace.run(&["models", "rollback"]).succeeded();
    assert_eq!(
        pairs(&aliases(&workspace)),
        [("candidate", "2"), ("previous", "2"), ("production", "1")]
    );
    assert_eq!(
        workspace.files("models/relevance/1"),
        first,
        "a published version is never changed"
    );
    workspace.run(&["models", "check"]).succeeded();
}

#[test]
fn poisoned_labels_are_refused_with_code_3_and_change_nothing() {
    let workspace = Workspace::new();
    workspace.write("good.csv", csv(&rows()));
    workspace
        .run(&["train", "--data", "good.csv", "--promote"])
        .succeeded();
    let before = workspace.files("models");

    workspace.write("poisoned.csv", csv(&poisoned(rows())));
    let arguments = [
        "train",
        "--data",
        "poisoned.csv",
        "--promote",
        "--pipeline",
        "pipeline.json",
        "--json",
    ];
    let outcome = workspace
        .run(&arguments)
        .failed(3, &["`gate.min_precision` is 0.65", "nothing was changed"]);
    assert!(figure(&outcome.stderr) < 0.65, "{}", outcome.stderr);
    assert_eq!(outcome.stdout, "");
    assert!(!workspace.path("pipeline.json").exists());
    assert_eq!(workspace.files("models"), before);
}

/// The precision that the gate failure states.
fn figure(stderr: &str) -> f64 {
    let (_, rest) = stderr
        .split_once("`gate.min_precision` is 0.65, and the model has ")
        .expect(stderr);
    rest.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn a_refused_first_run_leaves_no_store() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&few_rows()));
    workspace
        .run(&["train", "--data", "rows.csv", "--min-recall", "1"])
        .failed(3, &["`gate.min_recall` is 1"]);
    assert!(!workspace.path("models").exists());
}

#[test]
fn a_run_on_the_same_data_publishes_nothing_and_changes_no_byte() {
    let workspace = Workspace::with_model();
    let before = workspace.files("models");
    let outcome = workspace.train(&["--json"]);

    assert_eq!(
        (&outcome.json()["version"], &outcome.json()["is_new"]),
        (&1.into(), &false.into())
    );
    assert!(outcome.stderr.contains("nothing new"), "{}", outcome.stderr);
    assert_eq!(workspace.files("models"), before);
}

#[test]
fn data_that_came_back_makes_its_old_version_the_candidate_again() {
    let workspace = Workspace::with_model();
    workspace.train(&["--seed", "7"]);
    assert_eq!(aliases(&workspace)["candidate"], "2");

    let outcome = workspace.train(&["--json"]).json();
    assert_eq!(
        (&outcome["version"], &outcome["is_new"]),
        (&1.into(), &false.into())
    );
    assert_eq!(aliases(&workspace)["candidate"], "1");
    assert!(!workspace.path("models/relevance/3").exists());
}

#[test]
fn equal_data_and_settings_give_equal_files_and_another_seed_others() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&few_rows()));
    workspace.train(&["--store", "one"]);
    workspace.train(&["--store", "two"]);
    workspace.train(&["--store", "other", "--seed", "43"]);

    for file in DETERMINED {
        let [one, two, other] = ["one", "two", "other"]
            .map(|store| workspace.read(&format!("{store}/relevance/1/{file}")));
        assert!(one == two, "{file} is not reproducible");
        assert!(one != other, "{file} does not depend on the seed");
    }
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&rows()));

    for threads in ["1", "2", "5"] {
        let mut train = workspace.command(&["train", "--data", "rows.csv", "--store", threads]);
        Outcome::of(train.env("RAYON_NUM_THREADS", threads)).succeeded();
    }

    for file in DETERMINED {
        let [one, two, five] =
            ["1", "2", "5"].map(|store| workspace.read(&format!("{store}/relevance/1/{file}")));
        assert!(
            one == two && two == five,
            "{file} depends on the number of threads"
        );
    }
}

#[test]
fn the_kind_of_source_leaves_no_trace_in_the_model() {
    let workspace = Workspace::new();
    let rows = few_rows();
    workspace.write("rows.csv", csv(&rows));
    workspace.write("rows.jsonl", json_lines(&rows));
    write_sqlite(&workspace.path("rows.db"), &rows);
    workspace
        .run(&["data", "pack", "rows.db", "rows.tar.gz"])
        .succeeded();

    for source in ["rows.csv", "rows.jsonl", "rows.db", "rows.tar.gz"] {
        let arguments = [
            &[
                "train",
                "--data",
                source,
                "--store",
                source.rsplit('.').next().unwrap(),
            ],
            &LOW_GATE[..],
        ];
        workspace.run(&arguments.concat()).succeeded();
    }

    for file in DETERMINED {
        let [csv, others @ ..] = ["csv", "jsonl", "db", "gz"]
            .map(|store| workspace.read(&format!("{store}/relevance/1/{file}")));
        for (kind, other) in ["JSON lines", "SQLite", "archive"].into_iter().zip(others) {
            assert!(csv == other, "{file} differs between CSV and {kind}");
        }
    }
}

/// The settings that version 1 of `name` was trained with.
fn settings(workspace: &Workspace, name: &str) -> Value {
    let shown = workspace
        .run(&["models", "show", "1", "--name", name, "--json"])
        .succeeded()
        .json();
    shown["manifest"]["training"]["settings"].clone()
}

#[test]
fn a_flag_goes_before_the_environment_and_the_environment_before_the_file() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&few_rows()));
    workspace.write(
        "settings.toml",
        "name = 'weekly'\nlicence = 'MIT'\n[solver]\nalpha = 0.5\n[split]\nseed = 1\n\
         [gate]\nmin_precision = 0.5\nmin_recall = 0.5\n",
    );
    let arguments = [
        "train",
        "--data",
        "rows.csv",
        "--config",
        "settings.toml",
        "--alpha",
        "2",
    ];
    let mut command = workspace.command(&arguments);
    command
        .env("RELEVANCE_ALPHA", "3")
        .env("RELEVANCE_SEED", "9");
    assert!(command.status().unwrap().success());

    let settings = settings(&workspace, "weekly");
    assert_eq!(settings["solver"]["alpha"], 2.0, "the flag");
    assert_eq!(settings["split"]["seed"], 9, "the environment");
    assert_eq!(settings["licence"], "MIT", "the file");
    assert_eq!(settings["features"]["ngram_max"], 2, "the default");
}

#[test]
fn character_ngrams_are_trained_published_and_verified() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&rows()));
    let train = ["train", "--data", "rows.csv"];
    let low: Vec<&str> = train.iter().chain(&LOW_GATE).copied().collect();

    for (name, analyzer) in [("characters", "char"), ("union", "both")] {
        let flags = [
            "--name",
            name,
            "--analyzer",
            analyzer,
            "--char-ngram-max",
            "3",
        ];
        workspace
            .run(&[&low[..], &flags, &["--char-max-features", "2000"]].concat())
            .succeeded();

        let features = &settings(&workspace, name)["features"];
        assert_eq!(features["analyzer"], analyzer);
        assert_eq!(features["char_ngram_max"], 3);
        let store = ["--name", name, "--model-version", "candidate"];
        workspace
            .run(&[&["verify", "--data", "rows.csv"][..], &store].concat())
            .succeeded();
    }
}

#[test]
fn settings_that_a_search_prints_train_the_same_model() {
    let workspace = Workspace::new();
    workspace.write("rows.csv", csv(&rows()));
    let train = ["train", "--data", "rows.csv"];
    let low: Vec<&str> = train.iter().chain(&LOW_GATE).copied().collect();

    let outcome = workspace
        .run(&[&low[..], &["--search-budget", "3", "--learning-curve"]].concat())
        .succeeded();
    assert!(outcome.stderr.contains("3 settings tried, log loss 0."));
    let printed = outcome.stderr.split_once("[features]").unwrap().1;
    let chosen = printed.split_once("train ").unwrap().0;
    workspace.write("chosen.toml", format!("[features]{chosen}"));
    let report = String::from_utf8(workspace.read("models/relevance/1/report.html")).unwrap();
    assert!(report.contains("Learning curve") && report.contains("settings were tried"));

    let outcome = workspace
        .run(&[&low[..], &["--config", "chosen.toml", "--learning-curve"]].concat())
        .succeeded();
    assert!(outcome.stderr.contains("nothing new"), "{outcome:?}");
}

#[test]
fn a_budget_that_is_none_is_wrong_usage() {
    let workspace = Workspace::new();
    for budget in ["0", "1.5", "-3s", "soon"] {
        let flag = format!("--search-budget={budget}");
        workspace
            .run(&["train", &flag])
            .failed(2, &[&format!("unknown budget `{budget}` of a search")]);
    }
}

#[test]
fn settings_of_another_analyzer_are_wrong_usage_that_names_the_flag() {
    let workspace = Workspace::new();
    for (flags, parts) in [
        (
            &["--char-ngram-min", "3"][..],
            &["`--char-ngram-min`", "`--analyzer char`"][..],
        ),
        (
            &["--analyzer", "char", "--max-features", "100"],
            &["`--max-features`", "`--analyzer word`"],
        ),
        (
            &["--analyzer", "both", "--char-ngram-min", "6"],
            &["`features.char_ngram_min` (`--char-ngram-min`) is 6"],
        ),
        (&["--analyzer", "letters"], &["letters", "`char`"]),
    ] {
        workspace
            .run(&[&["train"][..], flags].concat())
            .failed(2, parts);
    }
}

#[test]
fn a_settings_file_that_cannot_be_read_is_wrong_usage_and_is_named() {
    let workspace = Workspace::new();
    for (content, parts) in [
        (
            "[solver]\nalfa = 1.0\n",
            &["`settings.toml`", "`alfa`", "line 2"][..],
        ),
        ("alpha = 1.0\n", &["`alpha`"]),
        ("[solver]\nalpha = 'much'\n", &["line 2"]),
        ("[solver]\nalpha = 0.0\n", &["`solver.alpha` is 0"]),
    ] {
        workspace.write("settings.toml", content);
        workspace
            .run(&["train", "--config", "settings.toml"])
            .failed(2, parts);
    }

    workspace
        .run(&["train", "--config", "nowhere.toml"])
        .failed(2, &["`nowhere.toml`"]);
    assert!(!workspace.path("models").exists());
}

#[test]
fn a_label_that_cannot_be_read_fails_the_run_with_its_row() {
    let workspace = Workspace::new();
    workspace.write(
        "rows.csv",
        "text,choose_one\nflood,Relevant\nlunch,Perhaps\n",
    );
    workspace
        .run(&["train", "--data", "rows.csv"])
        .failed(1, &["`rows.csv`: unknown labels `Perhaps`", "line 3"]);

    assert!(!workspace.path("models").exists());
}
